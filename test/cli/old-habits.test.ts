/** The command lines of `copilot-api`, typed at Crossfeed; and what a person reads at the first start. */
import { expect, onTestFinished, test } from 'vitest';
import { firstRunLines } from '../../src/cli/first-run-notice.ts';
import { createSimulator, simulatedGithubToken } from '../../src/simulator/index.ts';
import { runProgram, startProgram } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const apiKey = 'my-own-keyring';

async function upstream() {
  const simulator = createSimulator();
  const { url } = await simulator.listen();
  onTestFinished(() => simulator.close());
  return {
    CROSSFEED_GITHUB_URL: url,
    CROSSFEED_GITHUB_API_URL: url,
    CROSSFEED_COPILOT_API_URL: url,
    CROSSFEED_API_KEY: apiKey,
  };
}

const ask = (url: string) =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-4.1', messages: [{ role: 'user', content: 'Hello.' }] }),
  });

test('start -v -a -g -r --proxy-env --show-token: works, says what each means, and shows no token', async () => {
  const home = temporaryFolder();
  const flags = ['-v', '-a', 'business', '-g', simulatedGithubToken, '-r', '600', '--proxy-env', '--show-token'];
  const program = await startProgram(home, flags, await upstream());
  const first = await ask(program.url);
  expect(first.status).toBe(200);
  const second = await ask(program.url);
  expect(second.status).toBe(429);
  expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(500);
  program.kill('SIGTERM');
  expect(await program.exited).toBe(0);
  for (const notice of [
    '--github-token: every user',
    '--account-type is not',
    '--proxy-env is the',
    '--show-token prints no',
  ])
    expect(program.out()).toContain(notice);
  expect(program.out() + program.err()).not.toContain(simulatedGithubToken);
});

test.each([
  ['-c', []],
  ['--claude-code', ['-p', '0']],
])('start %s says how Claude Code starts here, and keeps the key to itself where nobody sits', async (flag, more) => {
  const program = runProgram(temporaryFolder(), [
    'start',
    '--simulate',
    '-p',
    '0',
    '--log-format',
    'json',
    flag,
    ...more,
  ]);
  await program.says('crossfeed run claude');
  expect(program.out()).not.toContain('cf_');
});

test('the notice of the first run: once, where GitHub will be asked, and blocking nothing', async () => {
  const home = temporaryFolder();
  const env = await upstream();
  const run = async (args: readonly string[], more: Readonly<Record<string, string>>) => {
    const program = await startProgram(home, args, { ...env, ...more });
    program.kill('SIGTERM');
    await program.exited;
    return program.out();
  };
  const token = { CROSSFEED_GITHUB_TOKEN: simulatedGithubToken };
  const [line = ''] = firstRunLines;
  expect(await run(['--simulate'], {})).not.toContain(line);
  const first = await run([], token);
  for (const each of firstRunLines) expect(first).toContain(`  ${each}\n`);
  expect(await run([], token)).not.toContain(line);
});

test('with a log for programs the notice is one line of it', async () => {
  const more = { CROSSFEED_GITHUB_TOKEN: simulatedGithubToken };
  const program = await startProgram(temporaryFolder(), ['--log-format', 'json'], { ...(await upstream()), ...more });
  program.kill('SIGTERM');
  await program.exited;
  const lines = program
    .out()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { msg: string; notice?: readonly string[] });
  expect(lines.find(({ msg }) => msg === 'First run')?.notice).toEqual(firstRunLines);
});
