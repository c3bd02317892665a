/** Holds an answer of Ollama to its grammar: lines of one model, each with a text, and one last line that counts. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { GrammarChecker } from '../protocol.ts';
import type { OllamaKind } from './answer-line.ts';
import { endingOf, loadReasons } from './finish-reason.ts';

const reasons: ReadonlySet<unknown> = new Set([...Object.values(endingOf).map(({ reason }) => reason), ...loadReasons]);
const counters = [
  'total_duration',
  'load_duration',
  'prompt_eval_count',
  'prompt_eval_duration',
  'eval_count',
  'eval_duration',
] as const;
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

export function createOllamaGrammar(kind: OllamaKind): GrammarChecker {
  let place: 'within' | 'behind' | 'failed' = 'within';
  let model: unknown;

  return {
    push(payload) {
      if (place !== 'within') return 'something behind the end';
      if (!isObject(payload)) return 'a line that is no object';
      const { error, model: named, created_at: createdAt, done } = payload;
      if (error !== undefined) {
        place = 'failed';
        return typeof error === 'string' && error !== '' ? null : 'an error that says nothing';
      }
      if (typeof named !== 'string' || (model ??= named) !== named) return 'a line of another model';
      if (typeof createdAt !== 'string' || !moment.test(createdAt)) return 'no moment in created_at';
      if (typeof done !== 'boolean') return 'a line that does not say whether it is the last';
      const fault = kind === 'chat' ? messageFault(payload['message']) : textFault(payload, 'response');
      if (fault !== null) return fault;
      if (!done) return payload['done_reason'] === undefined ? null : 'a reason before the end';
      place = 'behind';
      return endFault(payload);
    },
    end: () => (place === 'within' ? 'the answer has no end' : null),
  };
}

function messageFault(message: unknown): string | null {
  const { role, tool_calls: calls } = objectOf(message);
  if (role !== 'assistant') return 'no message of the assistant';
  if (calls !== undefined && (!Array.isArray(calls) || calls.length === 0 || !calls.every(isWholeCall)))
    return 'calls that are not whole';
  return textFault(objectOf(message), 'content');
}

function textFault(said: JsonObject, member: string): string | null {
  if (typeof said[member] !== 'string') return `no text in ${member}`;
  const { thinking } = said;
  return thinking === undefined || typeof thinking === 'string' ? null : 'thoughts that are no text';
}

function isWholeCall(call: unknown): boolean {
  const { name, arguments: told } = objectOf(objectOf(call)['function']);
  return typeof name === 'string' && name !== '' && isObject(told);
}

function endFault(line: JsonObject): string | null {
  const reason = line['done_reason'];
  if (!reasons.has(reason)) return `no such done_reason: ${JSON.stringify(reason)}`;
  if ((loadReasons as readonly unknown[]).includes(reason)) return null;
  const missing = counters.find((counter) => !Number.isInteger(line[counter]));
  return missing === undefined ? null : `no count in ${missing}`;
}
