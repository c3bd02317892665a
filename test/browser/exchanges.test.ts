/** One exchange in depth, in a real browser: its bodies and their difference, its failure, its capsule; and the search. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readCapsule } from '../../src/canonical/capsule.ts';
import { replayCapsule } from '../../src/replay/replay-capsule.ts';
import { ownKey, useDashboard } from './dashboard-stage.ts';

const stage = useDashboard({ args: ['--set', 'capture.enabled=true'] });

async function call(model: string, text: string): Promise<string> {
  const reply = await fetch(`${stage().proxy.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ownKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: text }] }),
  });
  await reply.text();
  return reply.headers.get('x-crossfeed-exchange') ?? '';
}

test('a translated call opens with both bodies, and its capsule plays again', async () => {
  const id = await call('gpt-6.1-sol', 'Was steht im Kapselinhalt?');
  const page = await stage().open();
  await stage().goTo(page, 'exchanges', id);
  const difference = page.getByRole('region', { name: /side by side/ });
  await difference.getByText('Was steht im Kapselinhalt?').first().waitFor();
  await page.getByText('What came back', { exact: false }).first().waitFor();
  await page.locator('summary', { hasText: 'What the client sent' }).click();
  await page.locator('details pre', { hasText: 'Was steht im Kapselinhalt?' }).first().waitFor();
  await page.getByText('until the first token').waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save capsule', exact: true }).click(),
  ]);
  const text = readFileSync(await download.path(), 'utf8');
  expect(text).not.toContain(ownKey);
  const read = readCapsule(text);
  if ('problem' in read) throw new Error(read.problem);
  expect(await replayCapsule(read.capsule)).toEqual({ up: { kind: 'same' }, down: { kind: 'same' } });
  const [shapes] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save capsule without bodies' }).click(),
  ]);
  expect(readFileSync(await shapes.path(), 'utf8')).not.toContain('Kapselinhalt');
});

test('a failure says what to do', async () => {
  const id = await call('none-such', 'x');
  const page = await stage().open();
  await stage().goTo(page, 'exchanges', id);
  await page.getByText('Choose a model that the seat lists').waitFor();
  await page.getByText('Nothing went up.').waitFor();
});

test('what is chosen stands in the address: the link shows the same, and back goes back', async () => {
  await call('gpt-6-luna', 'y');
  await call('none-such', 'z');
  const page = await stage().open({ view: 'exchanges' });
  const rows = page.locator('.virtual tbody tr:not(.gap)');
  await page.getByLabel('Model').selectOption('gpt-6-luna');
  await expect.poll(() => rows.count()).toBe(1);
  await page.getByLabel('Outcome').selectOption('failed');
  await page.getByText('Nothing fits').waitFor();
  await page.goBack();
  await expect.poll(() => rows.count()).toBe(1);
  const link = page.url();
  expect(link).toContain('model=gpt-6-luna');
  await page.reload();
  await expect.poll(() => rows.count()).toBe(1);
  await page.getByRole('link', { name: 'Clear' }).click();
  await expect.poll(() => rows.count()).toBeGreaterThan(1);
});

test('chosen in the moment in which the list appears, what fits is shown and no longer said to load', async () => {
  await call('gpt-6-luna', 'y');
  const page = await stage().open();
  // Faster than any hand, as a busy machine is slower: before the list did what it does after it was drawn.
  await page.evaluate(`new MutationObserver((_, observer) => {
    if (document.querySelector('.virtual') === null) return;
    observer.disconnect();
    history.replaceState(null, '', '#/exchanges?model=gpt-6-luna');
    dispatchEvent(new HashChangeEvent('hashchange'));
  }).observe(document.body, { childList: true, subtree: true })`);
  await page.evaluate(`location.hash = '#/exchanges'`);
  const models = page.locator('.virtual tbody tr:not(.gap) td:nth-child(3)');
  await expect.poll(() => models.allInnerTexts().then((all) => [...new Set(all)])).toEqual(['gpt-6-luna']);
});

test('models say what names mean, and show terms before they are accepted', async () => {
  const page = await stage().open({ view: 'models' });
  await page.getByRole('cell', { name: 'background' }).first().waitFor();
  await page.getByRole('button', { name: 'Show the terms' }).first().click();
  await page.getByRole('button', { name: 'Accept terms' }).click();
  await page.getByText(/in your name\?/).waitFor();
  await page.getByRole('button', { name: 'Accept terms' }).click();
  await expect.poll(() => page.getByRole('button', { name: 'Show the terms' }).count()).toBe(0);
});
