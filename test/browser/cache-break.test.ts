/** A prompt cache that broke, as its owner sees it: in the list, in the session with what changed, and in the call. */
import { expect, test } from 'vitest';
import { ownKey, useDashboard } from './dashboard-stage.ts';

const stage = useDashboard();

const words = (seed: string, count: number) => Array.from({ length: count }, (_, at) => `${seed}${at}`).join(' ');
const tool = (name: string, description: string) => ({ name, description, input_schema: { type: 'object' } });
const turns = Array.from({ length: 5 }, (_, at) => ({
  role: at % 2 === 0 ? 'user' : 'assistant',
  content: words(`t${at}-`, 400),
}));

async function call(length: number, bash: string): Promise<void> {
  const reply = await fetch(`${stage().proxy.url}/v1/messages`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${ownKey}`,
      'content-type': 'application/json',
      'x-claude-code-session-id': 'one',
    },
    body: JSON.stringify({
      model: 'claude-sonnet-5.5',
      max_tokens: 50,
      stream: true,
      tools: [tool('Read', words('read', 50)), tool('Bash', bash), tool('Edit', words('edit', 50))],
      system: words('rule', 300),
      messages: turns.slice(0, length),
    }),
  });
  expect(reply.status).toBe(200);
  await reply.text();
}

test('what broke the cache is named, and what it said before and after is shown as text', async () => {
  await call(1, words('bash', 50));
  await call(3, words('bash', 50));
  await call(5, `${words('bash', 50)} <b>the canary sings</b>`);
  const page = await stage().open({ view: 'sessions', viewport: { width: 380, height: 800 } });
  await page.locator('.virtual tbody tr').filter({ hasText: '1 cache break' }).getByRole('link').click();
  const broken = page.locator('.timeline li').filter({ hasText: 'tool 1 (Bash)' });
  await broken.waitFor();
  await expect.poll(() => broken.locator('.break').innerText()).toMatch(/read anew/);
  await broken.locator('summary', { hasText: 'What changed' }).click();
  await broken.locator('pre').filter({ hasText: '<b>the canary sings</b>' }).waitFor();
  const [inside, whole] = await Promise.all([broken.locator('details').boundingBox(), broken.boundingBox()]);
  expect(inside?.width).toBeGreaterThan((whole?.width ?? 0) * 0.95);
  await broken.getByRole('link').click();
  await page.locator('pre').filter({ hasText: '<b>the canary sings</b>' }).waitFor();
});
