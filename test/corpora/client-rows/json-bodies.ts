/** Bodies that are no JSON, not the right JSON, or JSON made to hurt (B-063 to B-086). */
import { without, type ContentRow } from './content-row.ts';
import { errorWords } from './error-words.ts';

const noJson = { error: errorWords.invalidJson };
const noObject = { error: errorWords.invalidRequest, param: 'body' };
const noModel = { error: errorWords.invalidRequest, param: 'model' };
const unknownModel = { error: errorWords.modelNotFound, param: 'model' };
const noTurns = {
  error: errorWords.invalidRequest,
  param: { chat: 'messages', messages: 'messages', count: 'messages', responses: 'input', embeddings: 'input' },
};
const turnsOf = (value: unknown) => ({ messages: value, input: value });
const text = JSON.stringify;
const longText = 'a'.repeat(200_000);
const deepPrototypes = '{"constructor":{"prototype":{"polluted":1}},"__proto__":{"polluted":1,"a":';

export const jsonRows: readonly ContentRow[] = [
  { id: 'B-063', title: 'an empty body', body: () => '', expect: noJson },
  { id: 'B-064', title: '{bad', body: () => '{bad', expect: noJson },
  { id: 'B-065', title: 'JSON cut short', body: (sound) => text(sound).slice(0, -1), expect: noJson },
  { id: 'B-066', title: 'garbage behind', body: (sound) => `${text(sound)}x`, expect: noJson },
  { id: 'B-066', title: 'two documents', body: (sound) => `${text(sound)}\n${text(sound)}`, expect: noJson },
  { id: 'B-067', title: 'null', body: () => 'null', expect: noObject },
  { id: 'B-068', title: '[]', body: () => '[]', expect: noObject },
  { id: 'B-069', title: 'a text', body: () => '"text"', expect: noObject },
  { id: 'B-069', title: 'a number', body: () => '42', expect: noObject },
  {
    id: 'B-070',
    title: 'a byte order mark',
    body: (sound) => `\uFEFF${text(sound)}`,
    expect: { ok: true, sent: (bytes) => bytes.subarray(3) },
  },
  {
    id: 'B-072',
    title: 'invalid UTF-8 inside a string',
    body: (sound) => Buffer.from(text({ ...sound, user: 'a~b' }).replace('~', '\xff'), 'latin1'),
    expect: noJson,
  },
  {
    id: 'B-073',
    title: 'a lone surrogate, escaped',
    body: (sound) => text({ ...sound, user: '~' }).replace('~', '\\ud800'),
    expect: { ok: true },
  },
  {
    id: 'B-074',
    title: 'the model twice: what was checked goes up',
    body: (sound) => `{"model":"m-nobody-has",${text(sound).slice(1)}`,
    expect: { ok: true, sent: (bytes) => Buffer.from(bytes.toString().replace('"model":"m-nobody-has",', '')) },
  },
  {
    id: 'B-075',
    title: '__proto__ and constructor.prototype, five deep',
    body: (sound) => `${text(sound).slice(0, -1)},"metadata":${deepPrototypes.repeat(5)}1${'}}'.repeat(5)}}`,
    expect: { ok: true },
  },
  { id: 'B-076', title: 'an array 200,000 deep', body: () => `${'['.repeat(2e5)}${']'.repeat(2e5)}`, expect: noJson },
  {
    id: 'B-076',
    title: 'an object 200,000 deep',
    body: (sound) => `${text(sound).slice(0, -1)},"a":${'{"a":'.repeat(2e5)}1${'}'.repeat(2e5)}}`,
    expect: noJson,
  },
  {
    id: 'B-078',
    title: '300,000 keys like integers',
    body: (sound) =>
      `${text(sound).slice(0, -1)},"a":{${Array.from({ length: 3e5 }, (_, n) => `"${n * 65_536}":0`).join()}}}`,
    expect: noObject,
  },
  {
    id: 'B-079',
    title: '200 kB of one letter',
    body: (sound, face) => said(sound, face, longTextOf(face)),
    expect: { ok: true },
  },
  { id: 'B-080', title: 'no model', body: (sound) => without(sound, 'model'), expect: noModel },
  { id: 'B-080', title: 'an empty model', body: (sound) => ({ ...sound, model: '' }), expect: noModel },
  { id: 'B-081', title: 'a model nobody has', body: (sound) => ({ ...sound, model: 'nobody' }), expect: unknownModel },
  { id: 'B-082', title: 'a number for a model', body: (sound) => ({ ...sound, model: 5 }), expect: noModel },
  {
    id: 'B-083',
    title: 'a model that plays with the terminal',
    body: (sound) => ({ ...sound, model: 'm\r\nSet-Cookie: a\u001b[2J\u0007' }),
    expect: unknownModel,
  },
  {
    id: 'B-084',
    title: 'nothing said',
    // Responses may go on from a stored prompt alone: whether it can is the upstream's to say.
    on: ['chat', 'messages', 'count', 'embeddings'],
    body: (sound) => without(sound, 'messages', 'input'),
    expect: noTurns,
  },
  {
    id: 'B-084',
    title: 'nothing said, which a stored prompt may make good',
    on: ['responses'],
    body: (sound) => without(sound, 'input'),
    expect: { verdict: 400 },
  },
  { id: 'B-085', title: 'null said', body: (sound, face) => said(sound, face, null), expect: noTurns },
  {
    id: 'B-086',
    title: 'a text for a conversation',
    on: ['chat', 'messages', 'count'],
    body: (sound, face) => said(sound, face, 'hi'),
    expect: noTurns,
  },
  { id: 'B-086', title: 'a number for a conversation', body: (sound, face) => said(sound, face, 7), expect: noTurns },
];

function said(sound: object, face: string, value: unknown) {
  const { messages, input } = turnsOf(value);
  return face === 'responses' || face === 'embeddings' ? { ...sound, input } : { ...sound, messages };
}

function longTextOf(face: string) {
  if (face === 'responses') return longText;
  return face === 'embeddings' ? [longText] : [{ role: 'user', content: longText }];
}
