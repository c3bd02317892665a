/** Odd answers of Messages, and ones that nobody can make sense of (`copilot-upstream.md` §6). */
import { behind, broken, calls, event, row } from './quirk-row.ts';
import { goodText, inserted, type UpstreamRow } from './upstream-row.ts';

const onMessages = row('Q-M', 'messages');
const block = (index: number, content_block: object) => event('content_block_start', { index, content_block });
const add = (index: number, delta: object) => event('content_block_delta', { index, delta });
const stop = (index: number) => event('content_block_stop', { index });
const use = (name?: string, input: object = {}) =>
  block(1, { type: 'tool_use', id: 'toolu_1', ...(name === undefined ? {} : { name }), input });
const usesTool = ['"end_turn"', '"tool_use"'] as const;

export const messagesQuirks: readonly UpstreamRow[] = [
  onMessages('the other dialect’s last frame', 'OK', (good) => `${goodText(good)}data: [DONE]\n\n`),
  onMessages('pings', 'OK', (good) => inserted(good, event('ping', {}))),
  onMessages('a call without input', 'OK', (good) => behind(good, [use('f'), stop(1)], usesTool), {
    ...calls,
    tools: [['f', '{}']],
  }),
  onMessages('input that comes with the start', 'OK', (good) => behind(good, [use('f', { x: 1 }), stop(1)], usesTool), {
    ...calls,
    tools: [['f', '{"x":1}']],
  }),
  onMessages(
    'end_turn behind a call',
    'OK',
    (good) => behind(good, [use('f'), add(1, { type: 'input_json_delta', partial_json: '{"x":1}' }), stop(1)]),
    { ...calls, tools: [['f', '{"x":1}']] },
  ),
  onMessages('a stop reason that nobody knows', 'OK', (good) => goodText(good).replace('"end_turn"', '"weird"')),
  onMessages('max_tokens', 'OK', (good) => goodText(good).replace('"end_turn"', '"max_tokens"'), { reason: 'length' }),
  onMessages('a block of a kind that nobody knows', 'OK', (good) =>
    behind(good, [
      block(1, { type: 'server_tool_use', id: 's', name: 'x', input: {} }),
      add(1, { type: 'input_json_delta', partial_json: '{}' }),
      stop(1),
    ]),
  ),
  onMessages(
    'a delta for a block that is not open',
    'MID',
    (good) => inserted(good, add(7, { type: 'text_delta', text: 'x' })),
    broken,
  ),
  onMessages(
    'a text that is a number',
    'MID',
    (good) => inserted(good, add(0, { type: 'text_delta', text: 7 })),
    broken,
  ),
  onMessages('a call without a name', 'MID', (good) => behind(good, [use(), stop(1)], usesTool), broken),
  onMessages(
    'a call that does not end',
    'MID',
    (good) => behind(good, [use('f'), add(1, { type: 'input_json_delta', partial_json: '{"x"' })], usesTool),
    broken,
  ),
  onMessages(
    'overloaded',
    'MID',
    (good) => inserted(good, event('error', { error: { type: 'overloaded_error', message: 'busy' } })),
    { says: /busy/, code: 'overloaded', wholeWanted: (wire) => (wire === 'messages' ? 529 : 503) },
  ),
];
