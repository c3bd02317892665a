import { expect, test } from 'vitest';
import { createChatCollector } from './collect-stream.ts';

function collect(...deltas: object[]) {
  const collector = createChatCollector((index) => `minted_${index}`);
  for (const delta of deltas) collector.push({ id: 'c', choices: [{ index: 0, delta }] });
  collector.push({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  const answer = JSON.parse(collector.answer() ?? 'null') as {
    choices: { message: Record<string, unknown>; finish_reason: string }[];
  } | null;
  return answer?.choices[0];
}

const call = (fields: object) => ({ tool_calls: [fields] });

test('parallel calls that all say index 0 stay two calls', () => {
  const choice = collect(
    call({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x"' } }),
    call({ index: 0, function: { arguments: ':1}' } }),
    call({ index: 0, id: 'b', function: { name: 'g', arguments: '{"y":' } }),
    call({ index: 0, id: 'b', function: { name: 'g', arguments: '2}' } }),
  );
  expect(choice?.finish_reason).toBe('tool_calls');
  expect(choice?.message['tool_calls']).toEqual([
    { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
    { id: 'b', type: 'function', function: { name: 'g', arguments: '{"y":2}' } },
  ]);
});

test('an id that comes after its call began is the id of that call', () => {
  const choice = collect(
    call({ index: 0, function: { name: 'f', arguments: '' } }),
    call({ index: 0, id: 'a', function: { arguments: '{}' } }),
  );
  expect(choice?.message['tool_calls']).toEqual([
    { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } },
  ]);
});

test('a call without an id gets one', () => {
  expect(collect(call({ index: 0, function: { name: 'f', arguments: '{}' } }))?.message['tool_calls']).toMatchObject([
    { id: 'minted_0' },
  ]);
});

test('lists that come in pieces are one list', () => {
  const choice = collect({ content: 'a', annotations: [1] }, { content: 'b', annotations: [2] });
  expect(choice?.message).toMatchObject({ content: 'ab', annotations: [1, 2] });
});
