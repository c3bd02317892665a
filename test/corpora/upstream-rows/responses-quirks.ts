/** Odd answers of Responses, and ones that nobody can make sense of (`copilot-upstream.md` §5). */
import { behind, broken, calls, event, row } from './quirk-row.ts';
import { goodText, inserted, replaced, type UpstreamRow } from './upstream-row.ts';

const onResponses = row('Q-R', 'responses');
const item = (index: number, body: object, done = true) =>
  event(done ? 'response.output_item.done' : 'response.output_item.added', { output_index: index, item: body });
const functionCall = (args: string, name?: string) => ({
  id: 'fc',
  type: 'function_call',
  call_id: 'call_1',
  arguments: args,
  ...(name === undefined ? {} : { name }),
});
const grow = (delta: unknown) => event('response.function_call_arguments.delta', { output_index: 1, delta });

export const responsesQuirks: readonly UpstreamRow[] = [
  onResponses('a call that is only told whole', 'OK', (good) => behind(good, [item(1, functionCall('{"x":1}', 'f'))]), {
    ...calls,
    tools: [['f', '{"x":1}']],
  }),
  onResponses(
    'arguments before the name',
    'OK',
    (good) => behind(good, [grow('{"x":'), grow('1}'), item(1, functionCall('{"x":1}', 'f'))]),
    { ...calls, tools: [['f', '{"x":1}']] },
  ),
  onResponses('nothing but the last event', 'OK', (good) =>
    good.frames
      .slice(-1)
      .map((frame) => `${frame}\n\n`)
      .join(''),
  ),
  onResponses(
    'a call that only the last event tells',
    'OK',
    (good) =>
      goodText(good).replace(
        /("output":\[\{"id":"msg_e".*?\}\]\})(\])/,
        `$1,${JSON.stringify(functionCall('{}', 'f'))}$2`,
      ),
    { ...calls, tools: [['f', '{}']] },
  ),
  onResponses('the other dialect’s last frame', 'OK', (good) => `${goodText(good)}data: [DONE]\n\n`),
  onResponses(
    'cut by its limit',
    'OK',
    (good) =>
      goodText(good)
        .replaceAll('response.completed', 'response.incomplete')
        .replace(
          '"status":"completed","output":',
          '"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":',
        ),
    { reason: 'length' },
  ),
  onResponses(
    'a call that does not end',
    'MID',
    (good) => behind(good, [item(1, functionCall('', 'f'), false), grow('{"x"')]),
    broken,
  ),
  onResponses('a call without a name', 'MID', (good) => behind(good, [item(1, functionCall('{}'))]), broken),
  onResponses(
    'a delta that is a number',
    'MID',
    (good) => inserted(good, event('response.output_text.delta', { output_index: 0, content_index: 0, delta: 7 })),
    broken,
  ),
  onResponses(
    'failed',
    'MID',
    (good) =>
      replaced(
        good,
        good.lastAt,
        event('response.failed', {
          response: { status: 'failed', error: { code: 'server_error', message: 'the backend broke' } },
        }),
      ),
    { says: /the backend broke/, code: 'upstream_error' },
  ),
  onResponses(
    'completed with an error',
    'MID',
    (good) =>
      replaced(
        good,
        good.lastAt,
        event('response.completed', {
          response: { status: 'failed', error: { code: 'server_error', message: 'the backend broke' } },
        }),
      ),
    { says: /the backend broke/, code: 'upstream_error' },
  ),
  onResponses(
    'cancelled',
    'MID',
    (good) => replaced(good, good.lastAt, event('response.cancelled', { response: { status: 'cancelled' } })),
    { code: 'upstream_error' },
  ),
  onResponses(
    'a flat error',
    'MID',
    (good) => inserted(good, event('error', { code: 'server_error', message: 'the backend broke', param: null })),
    { says: /the backend broke/, code: 'upstream_error' },
  ),
];
