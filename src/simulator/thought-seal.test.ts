import { expect, test } from 'vitest';
import { payloadsOf, useSimulator } from '../../test/support/use-simulator.ts';
import { createSimulator, simulatedOauthToken } from './index.ts';

const simulator = useSimulator();

type Body = Record<string, unknown>;

const user = (content: unknown) => ({ role: 'user', content });
const said = (...content: unknown[]) => ({ role: 'assistant', content });
const text = (words: string) => ({ type: 'text', text: words });
const hello = [user('Hello')];
const tool = { name: 'look', input_schema: { type: 'object' } };
const short = { cache_control: { type: 'ephemeral' } };
const newest = 'claude-opus-5.5';
const budget = 'claude-haiku-5.5';

async function verdict(body: Body) {
  const reply = await simulator().post('/v1/messages', { max_tokens: 4000, messages: hello, ...body });
  const answer = JSON.parse(await reply.text()) as { error?: { message: string }; content?: Body[] };
  return { status: reply.status, words: answer.error?.message, content: answer.content ?? [] };
}

const thoughtful = { model: newest, thinking: { type: 'adaptive', display: 'summarized' } };

async function thought(body: Body) {
  const { content } = await verdict(body);
  return said(...content);
}

test.each<[string, Body, string]>([
  ['system', { system: 'Be brief.' }, 'The `system` prompt differs from the one this block was created with.'],
  ['tools', { tools: [tool] }, 'The `tools` differ'],
  ['messages', { messages: [user('Goodbye')] }, 'The earlier `messages` differ'],
])('a thought of the newest kind does not come back behind other %s', async (_, changed, words) => {
  const answer = await thought(thoughtful);
  const messages = [...((changed['messages'] as unknown[] | undefined) ?? hello), answer, ...hello];
  const { status, words: said_ } = await verdict({ ...thoughtful, ...changed, messages });
  expect([status, said_]).toEqual([
    400,
    expect.stringMatching(/^messages\.1\.content\.0: Invalid `signature` in `thinking` block\. The block is bound to/),
  ]);
  expect(said_).toContain(words);
});

test('a thought comes back behind the same prefix, markers and the writing of texts aside', async () => {
  const before = { ...thoughtful, system: 'Be brief.', tools: [tool] };
  const answer = await thought(before);
  const again = {
    ...before,
    system: [{ ...text('Be brief.'), ...short }],
    tools: [{ ...tool, ...short }],
    messages: [user([{ ...text('Hello'), ...short }]), answer, ...hello],
  };
  expect(await verdict(again)).toMatchObject({ status: 200 });
});

test('the older kind binds its thoughts to no prefix, and takes them back in the loop', async () => {
  const older = { model: budget, thinking: { type: 'enabled', budget_tokens: 1024 } };
  const answer = await thought(older);
  expect(await verdict({ ...older, system: 'Be brief.', messages: [user('Goodbye'), answer, ...hello] })).toMatchObject(
    { status: 200 },
  );
});

/** What a simulator of another person's seat says. */
async function verdictElsewhere(body: Body) {
  const other = createSimulator({ scenario: { login: 'another-octocat' } });
  const { url } = await other.listen();
  const headers = { authorization: `Bearer ${simulatedOauthToken}`, 'content-type': 'application/json' };
  const reply = await fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ max_tokens: 4000, ...body }),
  });
  await reply.text();
  await other.close();
  return { status: reply.status };
}

test.each([
  ['claude-sonnet-5.5', 400],
  [newest, 200],
])('a thought of %s that another account was given: %s', async (model, status) => {
  const ask = { model, thinking: { type: 'adaptive' } };
  const mine = await thought(ask);
  expect((await verdict({ ...ask, messages: [...hello, mine, ...hello] })).status).toBe(200);
  const { status: got } = await verdictElsewhere({ ...ask, messages: [...hello, mine, ...hello] });
  expect(got).toBe(status);
});

test('a redacted thought comes back as it came, and not otherwise', async () => {
  const asked = { ...thoughtful, messages: [user('[[sim:quirk redacted-thinking]] Hello')], max_tokens: 4000 };
  const reply = await simulator().post('/v1/messages', { ...asked, stream: true });
  const block = payloadsOf(await reply.text())
    .map((payload) => payload['content_block'] as Body | undefined)
    .find((one) => one?.['type'] === 'redacted_thinking');
  const back = (data: unknown) =>
    verdict({ ...asked, messages: [...asked.messages, said({ type: 'redacted_thinking', data }), ...hello] });
  expect(await back(block?.['data'])).toMatchObject({ status: 200 });
  const changed = await back(`x${String(block?.['data'])}`);
  expect([changed.status, changed.words]).toEqual([
    400,
    'messages.1.content.0: Invalid `data` in `redacted_thinking` block',
  ]);
});

test('a thought without its text is whole: the signature holds what was left out', async () => {
  const answer = await thought(thoughtful);
  const blank = answer.content.map((block) =>
    (block as Body)['type'] === 'thinking' ? { ...(block as Body), thinking: '' } : block,
  );
  expect(await verdict({ ...thoughtful, messages: [...hello, said(...blank), ...hello] })).toMatchObject({
    status: 200,
  });
});
