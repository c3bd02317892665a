/** Gathers what a streamed answer says, to be sent again as input: the items as they were told, without their ids. */
import { isObject, objectOf, type JsonObject } from '../canonical/json-value.ts';
import { editJson, memberText } from '../framing/json-text.ts';
import { parseLatin1Json } from '../framing/latin1-json.ts';
import { joined, type Remembered } from './response-create.ts';

export interface AnswerItems {
  /** One event: its name (empty where only the data tells), and its data, a latin1 view. */
  push(event: string, data: string): void;
  /** What to go on from, once the answer is whole. */
  readonly whole: Remembered | undefined;
}

const typeMember = /"type"\s*:\s*"([^"]+)"/;

/** `asked`: the conversation that is being answered. */
export function createAnswerItems(asked: Omit<Remembered, 'responseId'>): AnswerItems {
  let { items, basis } = asked;
  let whole: Remembered | undefined;

  function add(item: string | undefined) {
    const view = item === undefined ? undefined : parseLatin1Json(item);
    if (item === undefined || !isObject(view)) return;
    if (view['type'] === 'compaction') {
      // It stands for all that was said before it, and for the trigger that asked for it.
      items = '';
      basis = undefined;
    }
    items = joined(items, replayed(item, view));
  }

  return {
    push(event, data) {
      switch (event || (typeMember.exec(data)?.[1] ?? '')) {
        case 'response.output_item.done':
          add(memberText(data, 'item'));
          break;
        case 'response.completed':
        case 'response.incomplete': {
          const { id } = objectOf(parseLatin1Json(memberText(data, 'response') ?? ''));
          if (typeof id === 'string') whole = { responseId: id, items, basis };
          break;
        }
      }
    },
    get whole() {
      return whole;
    },
  };
}

/** Ids are the one member that upstreams take amiss. A thought without its seal can be read by nobody again. */
function replayed(item: string, view: JsonObject): string {
  const { type, encrypted_content: seal } = view;
  if (type === 'reasoning' && (typeof seal !== 'string' || seal === '')) return '';
  return editJson(item, [{ op: 'remove', path: ['id'] }]);
}
