/** A seal of Chat is of its message as a whole, wherever in the turn it came. */
import { expect, test } from 'vitest';
import type { Item } from '../../canonical/conversation.ts';
import type { RequestEdit } from '../../canonical/request-edit.ts';
import { sampleModel } from '../../../test/support/sample-model.ts';
import { sampleRequest } from '../../../test/support/sample-request.ts';
import { encodeChatRequest } from './encode-request.ts';

const call = (callId: string): Item => ({
  kind: 'tool-call',
  callId,
  name: 'f',
  namespace: null,
  form: 'function',
  input: '{}',
  sealed: null,
});
const wireCall = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } });
const said: Item = { kind: 'message', role: 'assistant', parts: [{ kind: 'text', text: 'a' }] };
const seal: Item = { kind: 'reasoning', text: 'why', sealed: { kind: 'opaque', blob: 'x', id: null } };

test.each([
  ['before them', [seal, said, call('c'), call('d')]],
  ['between calls', [said, call('c'), seal, call('d')]],
  ['behind them', [said, call('c'), call('d'), seal]],
])('a seal %s moves nothing and is no edit', (_name, items) => {
  const edits: RequestEdit[] = [];
  const target = { model: sampleModel('m'), report: (edit: RequestEdit) => void edits.push(edit) };
  const body = encodeChatRequest({ ...sampleRequest(), items }, target);
  expect(body['messages']).toEqual([
    {
      role: 'assistant',
      content: 'a',
      reasoning_text: 'why',
      reasoning_opaque: 'x',
      tool_calls: [wireCall('c'), wireCall('d')],
    },
  ]);
  expect(edits).toEqual([]);
});
