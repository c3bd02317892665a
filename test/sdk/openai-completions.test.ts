/** The official OpenAI SDK on legacy Completions: every family answers, whole and streamed, and what cannot be is refused. */
import { describe, expect, test } from 'vitest';
import { openai } from '../support/sdk-clients.ts';
import { useProxy } from '../support/use-proxy.ts';

const proxy = useProxy();

const models = ['gpt-6-luna', 'gpt-4.1', 'claude-sonnet-5.5', 'gemini-3.8-flash', 'grok-4.7'];
const prompt = 'Once upon a time in Köln 🦀';

describe.each(models)('%s', (model) => {
  test('answers in one piece, with usage', async () => {
    const answer = await openai(proxy()).completions.create({ model, prompt });
    expect(answer).toMatchObject({ object: 'text_completion', model, choices: [{ index: 0, finish_reason: 'stop' }] });
    expect(answer.id).toMatch(/^cmpl-/);
    expect(answer.choices[0]?.text).toContain(prompt);
    expect(answer.usage?.total_tokens).toBe(
      (answer.usage?.prompt_tokens ?? 0) + (answer.usage?.completion_tokens ?? 0),
    );
    expect(answer.usage?.completion_tokens).toBeGreaterThan(0);
  });

  test('streams the same text that it answers in one piece', async () => {
    const client = openai(proxy());
    const whole = await client.completions.create({ model, prompt });
    const stream = await client.completions.create({
      model,
      prompt: [prompt],
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let ending: string | null | undefined;
    let tokens = 0;
    for await (const { choices, usage } of stream) {
      text += choices[0]?.text ?? '';
      ending = choices[0]?.finish_reason ?? ending;
      tokens = usage?.completion_tokens ?? tokens;
    }
    expect(text).toBe(whole.choices[0]?.text);
    expect(ending).toBe('stop');
    expect(tokens).toBeGreaterThan(0);
  });

  test('stops where it is told to', async () => {
    const answer = await openai(proxy()).completions.create({ model, prompt: 'One two three', stop: ['two'] });
    expect(answer.choices[0]?.text).not.toContain('two');
  });
});

test('settings go up, the lane and what was left out are told', async () => {
  const body = { model: 'gpt-4.1', prompt, max_tokens: 3, temperature: 0.5, logit_bias: { '50256': -100 } };
  const { data, response } = await openai(proxy()).completions.create(body).withResponse();
  expect(data.choices[0]?.finish_reason).toBe('length');
  expect(response.headers.get('x-crossfeed-lane')).toBe('translated');
  expect(response.headers.get('x-crossfeed-edits')).toContain('not-carried');
  expect(proxy().simulator.requests.at(-1)?.json).toMatchObject({ temperature: 0.5 });
});

test.each([
  ['several prompts', { prompt: ['one', 'two'] }, 'prompt'],
  ['tokens', { prompt: [1, 2, 3] }, 'prompt'],
  ['lists of tokens', { prompt: [[1, 2]] }, 'prompt'],
  ['no prompt', { prompt: null }, 'prompt'],
  ['two answers', { n: 2 }, 'n'],
  ['the best of several', { best_of: 3 }, 'best_of'],
  ['the prompt repeated', { echo: true }, 'echo'],
  ['log probabilities', { logprobs: 2 }, 'logprobs'],
  ['a middle to fill in', { suffix: 'the end' }, 'suffix'],
])('%s: refused with the member that asks for it', async (_what, members, param) => {
  const body = { model: 'gpt-4.1', prompt: 'x', ...members } as Parameters<
    ReturnType<typeof openai>['completions']['create']
  >[0];
  await expect(openai(proxy()).completions.create(body)).rejects.toMatchObject({
    status: 400,
    type: 'invalid_request_error',
    param,
  });
});

test.each([
  [{ n: 1, best_of: 1, echo: false, suffix: '', logprobs: null }],
  [{ n: null, best_of: null, echo: null, suffix: null }],
])('%j asks for nothing special', async (members) => {
  const answer = await openai(proxy()).completions.create({ model: 'gpt-4.1', prompt: 'Hello', ...members });
  expect(answer.choices[0]?.text).toContain('Hello');
});

test('/completions without /v1 is the same', async () => {
  const reply = await fetch(`${proxy().url}/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${proxy().key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-4.1', prompt: 'Hello' }),
  });
  expect(await reply.json()).toMatchObject({ object: 'text_completion' });
});
