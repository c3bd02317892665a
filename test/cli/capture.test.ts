/** `crossfeed capture`, as it is typed, beside the proxy that keeps what it shows. */
import { expect, test } from 'vitest';
import { runToEnd, startProgram } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('start, status and capture say what is kept; one is shown, and all are deleted', async () => {
  const home = temporaryFolder();
  const { url } = await startProgram(home, ['--simulate'], { CROSSFEED_CAPTURE: 'true' });
  const key = (await runToEnd(home, ['keys', 'show'])).out.trim();
  const reply = await fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'claude-haiku-5.5',
      max_tokens: 50,
      messages: [{ role: 'user', content: 'Wird das aufgehoben? Größe' }],
    }),
  });
  expect(await reply.text()).toContain('simulated');
  const id = reply.headers.get('x-crossfeed-exchange') ?? '';
  await expect
    .poll(async () => (await runToEnd(home, ['capture', 'list'])).out, { timeout: 20_000, interval: 500 })
    .toContain(id);

  expect((await runToEnd(home, ['status'])).out).toMatch(
    /^capture\tON for default: prompts and answers are kept for 72 h; 1 kept, \d+ kB$/m,
  );
  const shown = await runToEnd(home, ['capture', 'show', id]);
  expect(shown.out).toContain('"Wird das aufgehoben? Größe"');
  expect(shown.out).toMatch(/^== sent up: the same$/m);
  expect(shown.out).toMatch(/^== answer: \d+ bytes$/m);
  expect(JSON.parse((await runToEnd(home, ['capture', 'show', id, '--json'])).out)).toMatchObject({ exchangeId: id });

  expect((await runToEnd(home, ['capture', 'delete'])).code).toBe(2);
  expect((await runToEnd(home, ['capture', 'delete', '--all'])).out).toBe('1 exchange is deleted.\n');
  expect((await runToEnd(home, ['capture', 'show', id])).code).toBe(1);
  expect((await runToEnd(home, ['capture'])).out).toBe('');
}, 60_000);
