/** What another page on this machine, an old link or a caller's key get out of the dashboard: nothing. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownKey, useDashboard } from './dashboard-stage.ts';

const stage = useDashboard();

/** Another server on this machine: for cookies the same site. */
let neighbour: Server;
let neighbourUrl = '';
let heard: string[] = [];

beforeAll(async () => {
  neighbour = createServer((request, response) => {
    heard.push(JSON.stringify(request.headers));
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<!doctype html><title>neighbour</title>');
  });
  await new Promise<void>((resolve) => neighbour.listen(0, '127.0.0.1', resolve));
  neighbourUrl = `http://127.0.0.1:${(neighbour.address() as AddressInfo).port}/`;
});
afterAll(() => new Promise((resolve) => neighbour.close(resolve)));

/** A page of the neighbour in a browser that is signed in to the dashboard. */
async function evilPage(): Promise<Page> {
  const mine = await stage().open({ expected: /CORS|Failed to load resource|ERR_/ });
  await mine.getByText('No call is under way').waitFor();
  const evil = await mine.context().newPage();
  await evil.goto(neighbourUrl);
  return evil;
}

const isPaused = async () => {
  const page = await stage().open();
  await page.getByRole('button', { name: /Pause new calls|Let calls go on/ }).waitFor();
  return (await page.getByRole('button', { name: 'Let calls go on' }).count()) > 0;
};

test('a link opens the dashboard once', async () => {
  const link = await stage().link();
  const first = await stage().visit();
  await first.goto(link);
  await first.getByText('Under way', { exact: true }).waitFor();
  expect(first.url()).not.toContain('code=');
  const second = await stage().visit({ expected: /403|404/ });
  expect((await second.goto(link))?.status()).toBe(403);
  expect(await second.content()).toContain('crossfeed ui');
});

test('without a session there is nothing but the way in, and a key does not help', async () => {
  const page = await stage().visit({
    expected: /401/,
    extraHTTPHeaders: { authorization: `Bearer ${ownKey}`, 'x-api-key': ownKey },
  });
  await page.goto(`${stage().proxy.url}/ui/#/keys`);
  await page.getByText('You are signed out').waitFor();
  expect(await page.content()).not.toContain('default');
});

test('who signs out is out, on every page of that session', async () => {
  const page = await stage().open({ view: 'keys', expected: /401/ });
  await page.getByText('A new key').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You are signed out').waitFor();
  expect(await page.context().cookies()).toEqual([]);
  await page.reload();
  await page.getByText('You are signed out').waitFor();
});

test('no script of the page can read the cookie', async () => {
  const page = await stage().open();
  expect(await page.evaluate('document.cookie')).toBe('');
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/ui' });
});

test("the neighbour's requests change nothing, whatever form they take", async () => {
  const evil = await evilPage();
  const target = `${stage().proxy.url}/ui/api/pause`;
  const attempts = [
    `{ method: 'POST', credentials: 'include', headers: { 'content-type': 'application/json' }, body: BODY }`,
    `{ method: 'POST', credentials: 'include', mode: 'no-cors', headers: { 'content-type': 'text/plain' }, body: BODY }`,
    `{ method: 'POST', credentials: 'include', mode: 'no-cors', body: new URLSearchParams({ paused: 'true' }) }`,
    `{ method: 'POST', credentials: 'include', headers: { 'x-crossfeed-csrf': 'guess', 'content-type': 'application/json' }, body: BODY }`,
  ];
  for (const attempt of attempts) {
    const options = attempt.replace('BODY', `'{"paused":true}'`);
    await evil.evaluate(`fetch('${target}', ${options}).then(() => null, () => null)`);
  }
  await evil.evaluate(`{
    const form = document.createElement('form');
    Object.assign(form, { method: 'post', action: '${target}', enctype: 'text/plain' });
    form.append(Object.assign(document.createElement('input'), { name: '{"paused":true,"x":"', value: '"}' }));
    document.body.append(form);
    form.submit();
  }`);
  await evil.waitForURL(/pause/);
  expect(await evil.content()).toMatch(
    /Only the dashboard itself may ask this|Web pages of other origins may not call this proxy/,
  );
  expect(await isPaused()).toBe(false);
});

test.each(['/ui/api/csrf', '/ui/api/live', '/ui/'])('the neighbour reads nothing of %s', async (path) => {
  const evil = await evilPage();
  const read = `fetch('${stage().proxy.url}${path}', { credentials: 'include' }).then((reply) => reply.text(), () => 'refused')`;
  expect(await evil.evaluate(read)).toBe('refused');
});

test('the neighbour shows the dashboard in no frame and runs its scripts nowhere', async () => {
  const evil = await evilPage();
  await evil.evaluate(`{
    const frame = document.createElement('iframe');
    frame.src = '${stage().proxy.url}/ui/';
    document.body.append(frame);
  }`);
  await evil.waitForTimeout(500);
  const framed = evil.frames().find((frame) => frame !== evil.mainFrame());
  expect((await framed?.content()) ?? '').not.toContain('Under way');
});

test('the cookie of the dashboard is for no other path, so the proxied APIs never see it', async () => {
  const page = await stage().open();
  heard = [];
  await page.goto(neighbourUrl);
  expect(heard.join('')).not.toContain('crossfeed_ui');
});
