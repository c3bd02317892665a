/** `crossfeed preview`, against a running proxy on the simulator. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runToEnd, startProgram } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('shows what a request would become, as text and as JSON, and says why one would be refused', async () => {
  const home = temporaryFolder();
  const file = path.join(home, 'body.json');
  const body = {
    model: 'claude-haiku-5.5',
    max_tokens: 999_999,
    messages: [{ role: 'user', content: 'Grüße' }],
  };
  writeFileSync(file, JSON.stringify(body));
  await startProgram(home, ['--simulate']);

  const text = await runToEnd(home, ['preview', file, '--header', 'anthropic-beta: unknown-1']);
  expect(text.err).toBe('');
  expect(text.code).toBe(0);
  expect(text.out).toContain('endpoint  /v1/messages\n');
  expect(text.out).toMatch(/edit +output-limit \(max_tokens\): /);
  expect(text.out).toMatch(/edit +known-betas \(anthropic-beta\): /);
  expect(text.out).toContain('"Grüße"');
  expect(text.out).not.toMatch(/bearer/i);

  const json = await runToEnd(home, ['preview', file, '--json']);
  expect(JSON.parse(json.out)).toMatchObject({ model: 'claude-haiku-5.5', body: { max_tokens: 32_000 } });
  expect((await runToEnd(home, ['logs'])).out).toBe('');

  writeFileSync(file, '{');
  const refused = await runToEnd(home, ['preview', file]);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain('would be refused with 400: ');
  const absent = await runToEnd(home, ['preview', path.join(home, 'none.json')]);
  expect(absent.code).toBe(2);
  const wrongKey = await runToEnd(home, ['preview', file, '--key', 'wrong']);
  expect(wrongKey.code).toBe(77);
});
