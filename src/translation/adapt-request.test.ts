/** What an endpoint or a model has no word for is looked for by the proxy, or left out and said. */
import { expect, test } from 'vitest';
import type { Part } from '../canonical/content.ts';
import type { ModelRequest } from '../canonical/model-request.ts';
import type { Endpoint, ProtocolId } from '../canonical/protocol-id.ts';
import type { RequestEdit } from '../canonical/request-edit.ts';
import { sampleRequest } from '../../test/support/sample-request.ts';
import { adaptRequest } from './adapt-request.ts';

function adapt(
  change: Partial<ModelRequest>,
  endpoint: Endpoint,
  isReasoningGpt = false,
  client: ProtocolId = 'openai-responses',
) {
  const edits: RequestEdit[] = [];
  const adapted = adaptRequest(
    { ...sampleRequest(), ...change },
    {
      client,
      endpoint,
      owner: { family: 'x.c', accountTag: 'a' },
      session: 's',
      isReasoningGpt,
      report: (edit) => edits.push(edit),
    },
  );
  return { ...adapted, rules: edits.map(({ rule }) => rule) };
}

test.each<[string, readonly string[], Endpoint, boolean, readonly string[], readonly string[]]>([
  ['stop sequences go up where there are some', ['A', 'B'], '/chat/completions', false, ['A', 'B'], []],
  ['a reasoning GPT refuses them on Chat as well', ['A', 'B'], '/chat/completions', true, [], ['A', 'B']],
  ['Chat takes four', ['A', 'B', 'C', 'D', 'E'], '/chat/completions', false, ['A', 'B', 'C', 'D'], ['E']],
  ['Claude refuses one of white space alone', ['\n', 'B'], '/v1/messages', false, ['B'], ['\n']],
  ['Responses has none', ['A'], '/responses', false, [], ['A']],
])('%s', (_name, stop, endpoint, isReasoningGpt, native, emulated) => {
  const { request, restoration, rules } = adapt({ stop }, endpoint, isReasoningGpt);
  expect(request.stop).toEqual(native);
  expect(restoration.stops).toEqual(emulated);
  expect(rules).toEqual(emulated.length > 0 ? ['stop-emulated'] : []);
});

test.each([
  ['openai-chat', true],
  ['openai-responses', true],
  ['anthropic-messages', false],
] as const)('the text under a signature travels with it through clients of %s: %s', (client, expected) => {
  expect(adapt({}, '/v1/messages', false, client).restoration.keepsSealedText).toBe(expected);
});

test.each<[string, Endpoint, boolean, number | null]>([
  ['log probabilities of Chat', '/chat/completions', false, 2],
  ['those of a reasoning GPT, which it refuses', '/chat/completions', true, null],
  ["Claude's, which nobody knows", '/v1/messages', false, null],
])('%s', (_name, endpoint, isReasoningGpt, expected) => {
  const { request, rules } = adapt({ topLogprobs: 2 }, endpoint, isReasoningGpt);
  expect(request.topLogprobs).toBe(expected);
  expect(rules).toEqual(expected === null ? ['not-carried'] : []);
});

const text = { kind: 'text', text: 'Listen.' } as const;
const audio = { kind: 'audio', format: 'wav', data: 'UklGRg==' } as const;
const foreign = { kind: 'foreign', protocol: 'gemini', type: 'videoMetadata', value: {} } as const;
const result = { kind: 'tool-result', callId: 'c1', form: 'function', isError: null } as const;
const call = {
  kind: 'tool-call',
  callId: 'c1',
  name: 'f',
  namespace: null,
  form: 'function',
  input: '{}',
  sealed: null,
} as const;

test.each<[string, Endpoint, readonly Part[], readonly Part[], readonly string[]]>([
  ['audio is for Chat alone', '/chat/completions', [text, audio], [text, audio], []],
  ['elsewhere nobody listens', '/responses', [text, audio], [text], ['not-carried']],
  ['what only one protocol knows', '/chat/completions', [foreign, text], [text], ['not-carried']],
])('parts: %s', (_what, endpoint, parts, expected, rules) => {
  const adapted = adapt({ items: [{ kind: 'message', role: 'user', parts }] }, endpoint);
  expect(adapted.request.items).toEqual([{ kind: 'message', role: 'user', parts: expected }]);
  expect(adapted.rules).toEqual(rules);
});

test('a turn of nothing that is known goes, and a result of a call stays', () => {
  const { request } = adapt(
    { items: [{ kind: 'message', role: 'user', parts: [foreign] }, call, { ...result, parts: [foreign] }, foreign] },
    '/responses',
  );
  expect(request.items).toEqual([call, { ...result, parts: [] }]);
});

const sampled = {
  temperature: 0,
  topP: 0.9,
  topK: 40,
  seed: 7,
  presencePenalty: 1,
  frequencyPenalty: 1,
  logitBias: { 50256: -100 },
};

test.each<[Endpoint, readonly string[]]>([
  ['/chat/completions', ['temperature', 'topP', 'seed', 'presencePenalty', 'frequencyPenalty', 'logitBias']],
  ['/responses', ['temperature', 'topP']],
  ['/v1/messages', ['temperature', 'topP', 'topK']],
])('of all sampling %s carries %j, and the rest is said', (endpoint, carried) => {
  const { request, rules } = adapt({ sampling: sampled }, endpoint);
  const kept = Object.entries(request.sampling).filter(([, value]) => value !== null);
  expect(kept).toEqual(Object.entries(sampled).filter(([key]) => carried.includes(key)));
  expect(rules).toEqual(Array.from({ length: 7 - carried.length }, () => 'not-carried'));
});

test.each([
  ["the caller's own", '/responses', 'mine', 'mine'],
  ['the longest that Responses takes', '/responses', 'k'.repeat(64), 'k'.repeat(64)],
  ["one that is too long is the session's", '/responses', 'k'.repeat(65), 's'],
  ["none is the session's", '/responses', null, 's'],
  ['elsewhere as it was said', '/chat/completions', null, null],
] as const)('the key of the prompt cache: %s', (_what, endpoint, asked, expected) => {
  expect(adapt({ cacheKey: asked }, endpoint).request.cacheKey).toBe(expected);
});
