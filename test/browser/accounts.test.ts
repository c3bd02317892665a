/** Two seats in one proxy: each has its place in the page, and a call says whose it was. */
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { runProgram as runInside } from '../../src/cli/program.ts';
import { createSimulator, simulatedGithubToken, simulatedOauthToken } from '../../src/simulator/index.ts';
import { dashboardLink } from '../support/dashboard-client.ts';
import { fakeCliContext } from '../support/fake-cli-context.ts';
import { startProgram } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { callModel, ownKey, useDashboard } from './dashboard-stage.ts';

const stage = useDashboard();

test('each account has its road, its calls and its keys', async () => {
  const simulator = createSimulator();
  const { url: github } = await simulator.listen();
  onTestFinished(() => simulator.close());
  const home = temporaryFolder();
  const env = {
    CROSSFEED_HOME: home,
    CROSSFEED_GITHUB_URL: github,
    CROSSFEED_GITHUB_API_URL: github,
    CROSSFEED_COPILOT_API_URL: github,
    CROSSFEED_API_KEY: ownKey,
    CROSSFEED_GITHUB_TOKEN: simulatedGithubToken,
  };
  async function run(args: readonly string[], typed = ''): Promise<string> {
    const stdin = new PassThrough();
    stdin.end(typed);
    const context = fakeCliContext({ env, isTty: { stdin: true, stdout: true, stderr: true }, stdin });
    expect(await runInside(args, context)).toBe(0);
    return context.out() + context.err();
  }
  await run(['login', '--github-token-stdin', '--name', 'work', '--store', 'file'], simulatedOauthToken);
  const made = await run(['keys', 'add', 'of-work', '--account', 'work']);
  const key = /cf_[\w-]{43}/.exec(made)?.[0] ?? '';
  const proxy = await startProgram(home, ['--no-pace'], env);
  await (await callModel(proxy.url, { text: 'one' })).text();
  await (await callModel(proxy.url, { text: 'two', key })).text();

  const page = await stage().visit();
  await page.goto(await dashboardLink(home));
  for (const name of ['environment', 'work'])
    await page
      .getByRole('region', { name: `Account ${name}` })
      .filter({ hasText: 'ready' })
      .waitFor();
  await page.goto(`${proxy.url}/ui/#/keys`);
  await page.getByRole('row').filter({ hasText: 'of-work' }).filter({ hasText: 'work' }).waitFor();
  await page.goto(`${proxy.url}/ui/#/exchanges`);
  await page.locator('.virtual tbody a').first().click();
  await page
    .getByRole('definition')
    .filter({ hasText: /^work$/ })
    .waitFor();
  await page.goto(`${proxy.url}/ui/#/cost`);
  await page.getByRole('combobox', { name: 'By', exact: true }).selectOption('account');
  const seat = page.getByRole('region', { name: 'What is left of the seat' });
  for (const name of ['environment', 'work']) await seat.getByText(name, { exact: true }).waitFor();
  for (const name of ['environment', 'work']) await page.getByRole('cell', { name, exact: true }).first().waitFor();
});
