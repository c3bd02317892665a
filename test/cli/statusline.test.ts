/** `crossfeed statusline`, `estimate` and `models --prices`, as they are typed. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runToEnd, startProgram } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** With what Claude Code writes to its standard input. */
function statusline(
  home: string,
  input: string,
  env: Record<string, string> = {},
): Promise<{ out: string; code: number | null }> {
  const child = spawn(process.execPath, [main, 'statusline'], {
    env: { PATH: process.env['PATH'] ?? '', HOME: home, CROSSFEED_HOME: home, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stdin.on('error', () => undefined).end(input);
  return new Promise((resolve) => child.once('close', (code) => resolve({ out, code })));
}

const session = '0b9f1f0e-3f4f-4d51-9a53-6f1b7c1d0d11';
const input = JSON.stringify({
  hook_event_name: 'Status',
  session_id: session,
  cwd: '/work',
  model: { id: 'claude-haiku-5.5', display_name: 'Haiku' },
  workspace: { current_dir: '/work', project_dir: '/work' },
  version: '2.1.0',
  cost: { total_cost_usd: 0.01, total_duration_ms: 1000 },
});

test('one line for Claude Code: the credits of its session and what was cached; says shortly when nothing runs', async () => {
  const home = temporaryFolder();
  expect(await statusline(home, input, { NO_COLOR: '1' })).toEqual({ out: 'crossfeed: not running\n', code: 0 });
  const { url } = await startProgram(home, ['--simulate']);
  // A busy machine may answer the first question late.
  await expect
    .poll(() => statusline(home, input, { NO_COLOR: '1' }), { timeout: 10_000, interval: 200 })
    .toEqual({ out: 'crossfeed: no call of this session yet\n', code: 0 });
  const key = (await runToEnd(home, ['keys', 'show'])).out.trim();
  const text = 'many words of a long system prompt. '.repeat(400);
  const ask = () =>
    fetch(`${url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json', 'x-claude-code-session-id': session },
      body: JSON.stringify({
        model: 'claude-haiku-5.5',
        max_tokens: 100,
        system: [{ type: 'text', text, cache_control: { type: 'ephemeral' } }],
        messages: [{ role: 'user', content: 'hello' }],
      }),
    });
  for (const reply of [await ask(), await ask()]) {
    expect(reply.status).toBe(200);
    await reply.text();
  }
  await expect
    .poll(async () => (await statusline(home, input, { NO_COLOR: '1' })).out, { timeout: 10_000, interval: 200 })
    .toMatch(/^0\.\d+ credits \| \d\d% cached\n$/);
  expect((await statusline(home, input)).out).toContain('\u001b[1m');
  expect(await statusline(home, 'no JSON', { NO_COLOR: '1' })).toEqual({
    out: 'crossfeed: no session was named\n',
    code: 0,
  });

  const file = path.join(home, 'body.json');
  const body = { model: 'claude-opus-5.5', max_tokens: 100, messages: [{ role: 'user', content: text }] };
  writeFileSync(file, JSON.stringify(body));
  const estimate = await runToEnd(home, ['estimate', file]);
  expect(estimate.err).toBe('');
  expect(estimate.out).toMatch(/^model\tclaude-opus-5\.5\ninput\t\d+ tokens, of which 0 from the prompt cache\n/);
  expect(estimate.out).toMatch(/price tier\tdefault; /);
  const json = await runToEnd(home, ['estimate', file, '--json']);
  expect(JSON.parse(json.out)).toMatchObject({ model: 'claude-opus-5.5', tier: 'default' });

  const prices = await runToEnd(home, ['models', '--prices']);
  expect(prices.out).toContain('claude-opus-5.5\tdefault\t500\t50\t625\t2500\n');
  expect(prices.out).toContain('claude-opus-5.5\tabove 200000\t1000\t100\t1250\t3750\n');
  const first = JSON.parse((await runToEnd(home, ['models', '--prices', '--json'])).out) as readonly object[];
  expect(first[0]).toMatchObject({ tier: 'default', aboveTokens: null });
}, 60_000);
