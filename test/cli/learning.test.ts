/** The whole program learns, tells, remembers over a restart and forgets, against an upstream whose rules change. */
import { expect, test } from 'vitest';
import { createSimulator, simulatedOauthToken } from '../../src/simulator/index.ts';
import { runToEnd, startProgram } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const key = 'my-own-keyring';

function ask(url: string) {
  return fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'claude-sonnet-5.5',
      max_tokens: 100,
      metadata: { user_id: 'me' },
      messages: [{ role: 'user', content: 'Hello.' }],
    }),
  });
}

test('learned in one run, shown by status, known to the next run, forgotten by a command', async () => {
  const simulator = createSimulator();
  const { url: upstream } = await simulator.listen();
  const home = temporaryFolder();
  const env = {
    CROSSFEED_API_KEY: key,
    CROSSFEED_GITHUB_TOKEN: simulatedOauthToken,
    CROSSFEED_GITHUB_URL: upstream,
    CROSSFEED_GITHUB_API_URL: upstream,
    CROSSFEED_COPILOT_API_URL: upstream,
  };
  try {
    const first = await startProgram(home, [], env);
    await fetch(`${upstream}/_simulator/refuse`, { method: 'POST', body: '{"field":"metadata"}' });
    const learned = await ask(first.url);
    expect(learned.status).toBe(200);
    expect(learned.headers.get('x-crossfeed-edits')).toContain('learned-field');
    await learned.text();
    expect(simulator.requestsTo('/v1/messages')).toHaveLength(2);

    const { learnedRules, learned: sentences } = JSON.parse((await runToEnd(home, ['status', '--json'], env)).out) as {
      learnedRules: { id: string }[];
      learned: string[];
    };
    const [{ id } = { id: '' }] = learnedRules;
    expect(sentences.join(' ')).toContain(
      `Rule ${id}: \`metadata\` is left out for claude-sonnet-5.5 on /v1/messages, until `,
    );
    first.kill('SIGTERM');
    await first.exited;

    const second = await startProgram(home, [], env);
    expect((await ask(second.url)).status).toBe(200);
    expect(simulator.requestsTo('/v1/messages')).toHaveLength(3);
    expect(await runToEnd(home, ['forget'], env)).toMatchObject({ code: 2 });
    expect(await runToEnd(home, ['forget', 'nobody'], env)).toMatchObject({ code: 1 });
    expect((await runToEnd(home, ['forget', id], env)).out).toBe(
      'Forgotten: `metadata` is left out for claude-sonnet-5.5 on /v1/messages.\n',
    );
    expect((await ask(second.url)).status).toBe(200);
    expect(simulator.requestsTo('/v1/messages')).toHaveLength(5);
    second.kill('SIGTERM');
    await second.exited;
    // And where nothing runs.
    const { out } = await runToEnd(home, ['forget', '--all', '--json'], env);
    expect(JSON.parse(out)).toMatchObject({ forgotten: [{ id, path: 'metadata' }] });
    expect((await runToEnd(home, ['forget', '--all'], env)).out).toBe('There was nothing to forget.\n');
  } finally {
    await simulator.close();
  }
});
