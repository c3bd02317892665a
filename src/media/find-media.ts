/** The images and documents of a caller's body, in the order of the conversation. */
import { isObject, type JsonObject, objectOf } from '../canonical/json-value.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import { mediaRows, type MediaRow } from './media-rows.ts';
import type { Medium, Path } from './medium.ts';

/** Far deeper than any protocol nests content; a hostile body must not cost a stack. */
const deepestContent = 12;

/** Empty, and nothing but a walk over the turns, where there are none. */
export function findMedia(protocol: ProtocolId, view: JsonObject): readonly Medium[] {
  const row = mediaRows[protocol];
  const turns = row && view[row.turns];
  if (!row || !Array.isArray(turns)) return none;
  const found: Medium[] = [];
  const lastAnswer = turns.findLastIndex(isModelsOwn);
  function look(value: unknown, at: Path, depth: number) {
    if (depth > deepestContent) return;
    if (Array.isArray(value)) {
      for (const [index, entry] of value.entries()) look(entry, [...at, index], depth + 1);
      return;
    }
    const medium = mediumAt(row as MediaRow, value, at, Number(at[1]) > lastAnswer);
    if (medium !== null) return void found.push(medium);
    if (!isObject(value)) return;
    for (const inner of (row as MediaRow).nests)
      if (typeof value[inner] === 'object') look(value[inner], [...at, inner], depth + 1);
  }
  look(turns, [row.turns], 0);
  return found;
}

const none: readonly Medium[] = [];

function mediumAt(row: MediaRow, value: unknown, at: Path, isNew: boolean): Medium | null {
  const read = row.read(value, at);
  if (read === null) return null;
  const { kind, content, title, member, typeMember = member, isBare = false, put } = read;
  return {
    kind,
    content,
    title,
    path: at,
    param: spell([...at, ...member], row.spelling),
    typeParam: spell([...at, ...typeMember], row.spelling),
    isNew,
    isBare,
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
