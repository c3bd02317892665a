/** Gemini's contents as items: reasoning, text, calls and results of one content are items of their own. */
import type { Part } from '../../canonical/content.ts';
import type { Item } from '../../canonical/conversation.ts';
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { Report } from '../../canonical/request-edit.ts';
import { saysNothing } from '../member-table.ts';
import { createCallPairs } from './call-pairs.ts';
import { decodeFileData, decodeInlineData } from './decode-media.ts';
import { decodeResult } from './decode-result.ts';
import { createItemList } from './item-list.ts';
import { callMembers, partMembers } from './member-tables.ts';
import { camelCased, listOf, malformed, requireName, requireText, textOrNull } from './proto-json.ts';
import { reportMembersAt } from './report-members.ts';

/** Who says it. Results come from whoever runs the functions. */
const roles: Readonly<Record<string, 'user' | 'model'>> = {
  user: 'user',
  model: 'model',
  function: 'user',
  tool: 'user',
};

interface Content {
  readonly role: 'user' | 'model';
  readonly parts: readonly unknown[];
  readonly path: string;
}

/** A list of contents; one of them, a part or a text is one turn of the user's. Errors: `invalid_request`. */
export function decodeContents(told: unknown, report: Report): readonly Item[] {
  const list = createItemList();
  const pairs = createCallPairs();
  const contents = contentsOf(told);
  if (contents.length === 0) throw malformed('contents', 'expected at least one turn.');

  function decodePart(value: unknown, { role }: Content, turn: number, path: string) {
    const part = partOf(value, path);
    reportMembersAt(path, partMembers, part, report);
    const { text, inlineData, fileData, functionCall, functionResponse } = part;
    const add = (said: Part) => (role === 'model' ? list.addModelPart(said) : list.addUserPart(said, turn));
    const signature = signatureOf(part);
    if (signature !== null && role === 'user')
      report({ rule: 'not-carried', path: `${path}.thoughtSignature`, reason: 'Only what a model thought is sealed.' });
    const isThought = part['thought'] === true && typeof text === 'string';
    if (isThought && role === 'model' && text !== '') list.addThought(text);
    if (signature !== null && role === 'model') list.addSeal(signature);
    if (isThought && role === 'user') report({ rule: 'not-carried', path, reason: 'A thought that no model had.' });
    else if (!isThought && typeof text === 'string' && text !== '') add({ kind: 'text', text });
    for (const media of mediaOf(inlineData, fileData, path)) {
      if (role === 'user') add(media);
      else report({ rule: 'not-carried', path, reason: 'No upstream takes an image as the words of a model.' });
    }
    if (functionCall != null) decodeCall(functionCall, `${path}.functionCall`);
    if (functionResponse != null) {
      const result = decodeResult(functionResponse, `${path}.functionResponse`, pairs, report);
      list.addResult(result);
    }
  }

  function mediaOf(inlineData: unknown, fileData: unknown, path: string): readonly Part[] {
    return [
      ...(inlineData == null ? [] : decodeInlineData(inlineData, `${path}.inlineData`, report)),
      ...(fileData == null ? [] : decodeFileData(fileData, `${path}.fileData`, report)),
    ];
  }

  function decodeCall(value: unknown, path: string) {
    if (!isObject(value)) throw malformed(path, 'expected an object.');
    const call = camelCased(value);
    reportMembersAt(path, callMembers, call, report);
    const name = requireName(call['name'], `${path}.name`);
    const args = call['args'] ?? {};
    if (!isObject(args)) throw malformed(`${path}.args`, 'expected an object.');
    list.addCall({
      kind: 'tool-call',
      callId: pairs.call(name, textOrNull(call['id']) || null),
      name,
      namespace: null,
      form: 'function',
      input: JSON.stringify(args),
      sealed: null,
    });
  }

  let before: Content['role'] = 'user';
  for (const [turn, content] of contents.entries()) {
    // The chunks of a stream come back as contents of their own.
    if (content.role === 'model' && before !== 'model') pairs.beginTurn();
    before = content.role;
    for (const [index, part] of content.parts.entries()) decodePart(part, content, turn, `${content.path}.${index}`);
  }
  return list.items;
}

function contentsOf(told: unknown): readonly Content[] {
  const all = listOf(told);
  const isContent = (value: unknown) =>
    isObject(value) && (Object.hasOwn(value, 'parts') || Object.hasOwn(value, 'role'));
  // As SDKs take it from their users: texts and parts alone are one turn.
  if (all.length > 0 && !all.some(isContent)) return [{ role: 'user', parts: all, path: 'contents' }];
  return all.map((value, index) => {
    const path = `contents.${index}`;
    if (!isObject(value)) throw malformed(path, 'expected an object.');
    const said = value['role'] ?? 'user';
    const role = typeof said === 'string' && Object.hasOwn(roles, said) ? roles[said] : undefined;
    if (role === undefined) throw malformed(`${path}.role`, 'expected user or model.');
    return { role, parts: listOf(value['parts']), path: `${path}.parts` };
  });
}

function partOf(value: unknown, path: string): JsonObject {
  if (typeof value === 'string') return { text: value };
  if (!isObject(value)) throw malformed(path, 'expected an object.');
  const part = camelCased(value);
  if (part['text'] != null) requireText(part['text'], `${path}.text`);
  return part;
}

/** What clients write where a call has no seal, as Google tells them to; SDKs with types send it as bytes. */
const skipWords: readonly string[] = ['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go'];
const skipped: ReadonlySet<string> = new Set(
  skipWords.flatMap((word) => [word, Buffer.from(word).toString('base64').replaceAll('=', '')]),
);

function signatureOf(part: JsonObject): string | null {
  const { thoughtSignature: said } = part;
  if (typeof said !== 'string' || said === '') return null;
  // Python's SDK writes bytes in the alphabet of URLs.
  const plain = said.replaceAll('-', '+').replaceAll('=', '');
  return skipped.has(said) || skipped.has(plain) ? null : said;
}

/** A content, a list of parts or a text, as one system turn. Errors: `invalid_request`. */
export function decodeSystem(told: unknown, report: Report): readonly Item[] {
  const { parts } = camelCased(objectOf(told));
  const listed = isObject(told) && parts !== undefined ? listOf(parts) : listOf(told);
  const texts = listed.flatMap((value, index): readonly Part[] => {
    const path = `systemInstruction.parts.${index}`;
    const { text, ...rest } = partOf(value, path);
    for (const [member, said] of Object.entries(rest))
      if (!saysNothing(said))
        report({ rule: 'not-carried', path: `${path}.${member}`, reason: 'A system turn is text alone.' });
    return typeof text === 'string' && text !== '' ? [{ kind: 'text', text }] : [];
  });
  return texts.length === 0 ? [] : [{ kind: 'message', role: 'system', parts: texts }];
}
