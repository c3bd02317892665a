/** What an endpoint or a model has no word for is looked for by the proxy, or left out and said. */
import { expect, test } from 'vitest';
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
