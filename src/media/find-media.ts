/** The images and documents of a caller's body, in the order of the conversation. */
import { isObject, type JsonObject, objectOf } from '../canonical/json-value.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import { mediaRows, type FoundMedium, type MediaRow } from './media-rows.ts';
import type { Medium, Path } from './medium.ts';

/** Far deeper than any protocol nests content; a hostile body must not cost a stack. */
const deepestContent = 12;

/** Empty, and nothing but a walk over the turns, where there are none. */
export function findMedia(protocol: ProtocolId, view: JsonObject): readonly Medium[] {
  const row = mediaRows[protocol];
  const turns = row && view[row.turns];
  if (!row || !Array.isArray(turns)) return none;
  const { read, nests } = row;
  let found: Medium[] | undefined;
  // One path for the whole walk, copied only for what is found: conversations have thousands of blocks.
  const at: (string | number)[] = [row.turns];
  let lastAnswer: number | undefined;

  function lookAt(value: unknown, depth: number) {
    const medium = read(value, at);
    if (medium !== null) {
      lastAnswer ??= (turns as readonly unknown[]).findLastIndex(isModelsOwn);
      (found ??= []).push(mediumAt(row as MediaRow, medium, value, [...at], Number(at[1]) > lastAnswer));
      return;
    }
    if (!isObject(value) || depth >= deepestContent) return;
    for (const inner of nests) {
      const nested = value[inner];
      if (typeof nested !== 'object' || nested === null) continue;
      at.push(inner);
      if (Array.isArray(nested)) lookThrough(nested, depth + 1);
      else lookAt(nested, depth + 1);
      at.pop();
    }
  }
  function lookThrough(list: readonly unknown[], depth: number) {
    for (let index = 0; index < list.length; index += 1) {
      at.push(index);
      lookAt(list[index], depth);
      at.pop();
    }
  }
  lookThrough(turns, 0);
  return found ?? none;
}

const none: readonly Medium[] = [];

function mediumAt(row: MediaRow, read: FoundMedium, value: unknown, at: Path, isNew: boolean): Medium {
  const { kind, content, title, member, typeMember = member, isBare = false, isMisspelled = false, put } = read;
  return {
    kind,
    content,
    title,
    path: at,
    param: spell([...at, ...member], row.spelling),
    typeParam: spell([...at, ...typeMember], row.spelling),
    isNew,
    isBare,
    isMisspelled,
    put: (type, base64) => put(at, type, base64),
    say(text) {
      const said = row.say(text, value);
      return said && { op: 'set', path: at, value: said };
    },
    show(type, base64) {
      const shown = row.show(type, base64);
      return shown ? [{ op: 'set', path: at, value: shown }] : put(at, type, base64);
    },
  };
}

function isModelsOwn(turn: unknown): boolean {
  const { role, type } = objectOf(turn);
  if (role === 'assistant' || role === 'model' || type === 'reasoning') return true;
  return typeof type === 'string' && type.endsWith('_call');
}

function spell(path: Path, spelling: MediaRow['spelling']): string {
  const dotted = path.join('.');
  return spelling === 'dots' ? dotted : dotted.replaceAll(/\.(\d+)/g, '[$1]');
}
