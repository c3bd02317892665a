/** Gathers what a streamed answer says, to be sent again as input: the items as they were told, without their ids. */
import { isObject, objectOf } from '../canonical/json-value.ts';
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
  let { items } = asked;
  let whole: Remembered | undefined;
  return {
    push(event, data) {
      switch (event || (typeMember.exec(data)?.[1] ?? '')) {
        case 'response.output_item.done':
          items = joined(items, replayed(memberText(data, 'item')));
          break;
        case 'response.completed':
        case 'response.incomplete': {
          const { id } = objectOf(parseLatin1Json(memberText(data, 'response') ?? ''));
          if (typeof id === 'string') whole = { ...asked, responseId: id, items };
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
function replayed(item: string | undefined): string {
  const view = item === undefined ? undefined : parseLatin1Json(item);
  if (item === undefined || !isObject(view)) return '';
  const { type, encrypted_content: seal } = view;
  if (type === 'reasoning' && (typeof seal !== 'string' || seal === '')) return '';
  return editJson(item, [{ op: 'remove', path: ['id'] }]);
}
