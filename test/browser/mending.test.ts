/** What the owner mends by hand: an account that GitHub blocked goes on, a rule that was learned is forgotten. */
import { expect, test } from 'vitest';
import { callModel, ownKey, useDashboard } from './dashboard-stage.ts';

const stage = useDashboard();
const url = () => stage().proxy.url;

test('a rule that was learned is shown with its words, and forgotten', async () => {
  stage().simulator.refuseInput({ field: 'metadata' });
  const learned = await fetch(`${url()}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': ownKey, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'claude-sonnet-5.5',
      max_tokens: 100,
      metadata: { user_id: 'me' },
      messages: [{ role: 'user', content: 'Hello.' }],
    }),
  });
  expect(learned.status).toBe(200);
  const page = await stage().open({ view: 'settings' });
  const rule = page.getByRole('row').filter({ hasText: 'claude-sonnet-5.5' }).filter({ hasText: 'metadata' });
  await rule.getByRole('button', { name: 'Forget' }).click();
  await rule.getByRole('group').getByRole('button', { name: 'Forget' }).click();
  await page.getByText('Nothing was learned').waitFor();
});

test('an account that GitHub blocked says so, and goes on when its owner says so', async () => {
  const page = await stage().open({ view: 'now' });
  for (let call = 0; call < 3; call += 1) {
    // With its token, and with a new one.
    const times = 2;
    stage().simulator.addFault({ on: '/v1/messages', times, do: { kind: 'status', status: 403, body: 'Forbidden' } });
    expect((await callModel(url())).ok).toBe(false);
  }
  await page.getByText('GitHub blocked this account').waitFor();
  expect((await callModel(url())).ok).toBe(false);
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('group').getByRole('button', { name: 'Resume' }).click();
  await page.getByText('GitHub blocked this account').waitFor({ state: 'detached' });
  expect((await callModel(url())).status).toBe(200);
});
