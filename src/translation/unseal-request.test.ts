/** Sealed reasoning comes back to the model that made it, whole and in its place, and to no other. */
import { expect, test } from 'vitest';
import type { Item, ReasoningItem, Sealed } from '../canonical/conversation.ts';
import type { RequestEdit } from '../canonical/request-edit.ts';
import type { SealedEntry } from '../protocols/protocol.ts';
import { familyOf, openEnvelope, sealEnvelope } from './sealed-envelope.ts';
import { unsealItems } from './unseal-request.ts';

const gpt = { family: 'openai.r', accountTag: 'a1' };
const claude = { family: 'anthropic.m', accountTag: 'a1' };

const entry = (blob: string, change: Partial<SealedEntry> = {}): SealedEntry => ({
  kind: 'encrypted',
  blob,
  id: null,
  at: 0,
  ...change,
});
const reasoning = (text: string, blob: string | null, kind: Sealed['kind'] = 'signature'): ReasoningItem => ({
  kind: 'reasoning',
  text,
  sealed: blob === null ? null : { kind, blob, id: null },
});
const said = (text: string): Item => ({ kind: 'message', role: 'assistant', parts: [{ kind: 'text', text }] });
const asked = (text: string): Item => ({ kind: 'message', role: 'user', parts: [{ kind: 'text', text }] });
const call = (callId: string, sealed: Sealed | null = null): Item => ({
  kind: 'tool-call',
  callId,
  name: 't',
  namespace: null,
  form: 'function',
  input: '{}',
  sealed,
});

function unseal(items: readonly Item[], owner = gpt) {
  const edits: RequestEdit[] = [];
  const out = unsealItems(items, owner, 'anthropic-messages', (edit) => edits.push(edit));
  return { out, rules: edits.map(({ rule }) => rule) };
}

test('what was sealed comes out as it went in', () => {
  const entries = [
    entry('blob+/=', { id: 'rs_1' }),
    entry('caf\u00c3\u00a9', { kind: 'signature', text: 'why', at: 2 }),
  ];
  const envelope = sealEnvelope(entries, gpt);
  expect(envelope).toMatch(/^cf1\.openai\.r\.a1\.[\w-]+$/);
  expect(openEnvelope(envelope)).toEqual({ kind: 'ours', owner: gpt, entries });
  expect(openEnvelope(Buffer.from(envelope).toString('base64'))).toEqual({ kind: 'ours', owner: gpt, entries });
});

test.each([
  ['another text', 'EpQBCkYIBRgC', null],
  ['nothing', '', null],
  ['a shortened one', 'cf1.openai.r.a1.W3sia2', { kind: 'broken' }],
  ['a mark alone', 'cf1.', { kind: 'broken' }],
  [
    'a payload of another kind',
    `cf1.openai.r.a1.${Buffer.from('[{"kind":"x"}]').toString('base64url')}`,
    { kind: 'broken' },
  ],
])('%s is no envelope to be opened', (_name, text, expected) => {
  expect(openEnvelope(text)).toEqual(expected);
});

test.each([
  ['OpenAI', '/responses', 'openai.r'],
  ['Azure OpenAI', '/responses', 'openai.r'],
  ['Anthropic', '/v1/messages', 'anthropic.m'],
  ['Google', '/chat/completions', 'google.c'],
  ['', '/chat/completions', 'unknown.c'],
] as const)('the family of %s on %s is %s', (vendor, endpoint, family) => {
  expect(familyOf({ vendor }, endpoint)).toBe(family);
});

test('an envelope of this model is opened in its place', () => {
  const envelope = sealEnvelope([entry('enc', { id: 'rs_9' })], gpt);
  const { out, rules } = unseal([asked('q'), reasoning('why', envelope), said('a')]);
  expect(out[1]).toEqual({ kind: 'reasoning', text: 'why', sealed: { kind: 'encrypted', blob: 'enc', id: 'rs_9' } });
  expect(rules).toEqual([]);
});

test.each([
  ['another family', sealEnvelope([entry('x')], claude)],
  ['another account', sealEnvelope([entry('x')], { ...gpt, accountTag: 'b2' })],
  ['the caller protocol itself', 'EpQBCkYIBRgC'],
  ['a damaged envelope', 'cf1.openai'],
])('reasoning of %s is left behind, and said so', (_name, blob) => {
  const { out, rules } = unseal([asked('q'), reasoning('why', blob), said('a')]);
  expect(out.map(({ kind }) => kind)).toEqual(['message', 'message']);
  expect(rules).toEqual(['reasoning-left-behind']);
});

test('once a block of a family is left behind, so are its later ones', () => {
  const fits = sealEnvelope([entry('x')], gpt);
  const other = sealEnvelope([entry('x')], { ...gpt, accountTag: 'b2' });
  const { out, rules } = unseal([
    reasoning('', fits),
    said('a'),
    asked('q'),
    reasoning('', other),
    said('b'),
    asked('q'),
    reasoning('', fits),
    said('c'),
  ]);
  expect(out.filter(({ kind }) => kind === 'reasoning')).toHaveLength(1);
  expect(out[0]?.kind).toBe('reasoning');
  expect(rules).toEqual(['reasoning-left-behind', 'reasoning-left-behind']);
});

test('several seals in one envelope go back before what they preceded', () => {
  const envelope = sealEnvelope([entry('one', { at: 0 }), entry('two', { at: 1 }), entry('three', { at: 7 })], gpt);
  const { out } = unseal([reasoning('', envelope, 'opaque'), call('c1'), call('c2')]);
  expect(out.map((item) => (item.kind === 'reasoning' ? item.sealed?.blob : item.kind))).toEqual([
    'one',
    'tool-call',
    'two',
    'three',
    'tool-call',
  ]);
});

test('a text shown for several seals stands on the first of them alone', () => {
  const envelope = sealEnvelope([entry('one'), entry('two', { at: 1 })], gpt);
  const { out } = unseal([reasoning('why', envelope, 'opaque'), said('a'), call('c1')]);
  expect(out.flatMap((item) => (item.kind === 'reasoning' ? [[item.text, item.sealed?.blob]] : []))).toEqual([
    ['why', 'one'],
    ['', 'two'],
  ]);
});

test('shown text and a seal that came late are one again', () => {
  const envelope = sealEnvelope([entry('op', { kind: 'opaque', at: 1 })], gpt);
  const { out, rules } = unseal([reasoning('why', null), said('a'), reasoning('', envelope, 'redacted')]);
  expect(out).toContainEqual({ kind: 'reasoning', text: 'why', sealed: { kind: 'opaque', blob: 'op', id: null } });
  expect(rules).toEqual([]);
});

test('a text that travelled in the envelope is the one that was signed', () => {
  const envelope = sealEnvelope([entry('sig', { kind: 'signature', text: 'the true one' })], claude);
  const { out } = unseal([reasoning('joined with others', envelope, 'opaque'), said('a')], claude);
  expect(out[0]).toMatchObject({ text: 'the true one' });
});

test("Gemini's seal is back on the call it was made for", () => {
  const envelope = sealEnvelope([entry('th', { kind: 'thought', at: 1 })], { family: 'google.c', accountTag: 'a1' });
  const { out } = unseal([call('c1'), call('c2'), reasoning('', envelope, 'redacted')], {
    family: 'google.c',
    accountTag: 'a1',
  });
  expect(out).toEqual([call('c1'), call('c2', { kind: 'thought', blob: 'th', id: null })]);
});

test('reasoning without any seal is not carried', () => {
  const { out, rules } = unseal([reasoning('why', null), said('a')]);
  expect(out).toEqual([said('a')]);
  expect(rules).toEqual(['not-carried']);
});
