/** Bodies of Gemini's and Ollama's callers that are wrong, odd or made to hurt (B-063 to B-111). */
import type { Body } from './content-row.ts';
import { errorWords } from './error-words.ts';
import type { AnyBodyRow, ForeignRow } from './foreign-row.ts';

const text = JSON.stringify;
const refused = { error: errorWords.invalidRequest } as const;
const ok = { ok: true } as const;
const loaded = { loaded: true } as const;

const hi = { role: 'user', parts: [{ text: 'hi' }] };
const said = { role: 'user', content: 'hi' };
const model = 'm-chat';

const gemini = (contents: unknown, more: Body = {}): Body => ({ contents, ...more });
const ollama = (messages: unknown, more: Body = {}): Body => ({ model, messages, ...more });
const parts = (...told: unknown[]) => gemini([{ role: 'user', parts: told }]);
const images = (...data: unknown[]) => ollama([{ ...said, images: data }]);
const tools = (names: readonly string[], schema: object, more: Body = {}) => ({
  gemini: gemini([hi], {
    tools: [
      {
        functionDeclarations: names.map((name) => ({ name, parametersJsonSchema: { type: 'object', ...schema } })),
      },
    ],
    ...more,
  }),
  ollama: ollama([said], {
    tools: names.map((name) => ({ type: 'function', function: { name, parameters: { type: 'object', ...schema } } })),
  }),
});
const generation = (generationConfig: Body, options?: Body) => ({
  gemini: gemini([hi], { generationConfig }),
  ...(options === undefined ? {} : { ollama: ollama([said], { options }) }),
});

/** On every route of both, whatever it asks for. */
export const anyBodyRows: readonly AnyBodyRow[] = [
  { id: 'B-063', title: 'an empty body', body: () => '', expect: errorWords.invalidJson },
  { id: 'B-064', title: '{bad', body: () => '{bad', expect: errorWords.invalidJson },
  { id: 'B-065', title: 'JSON cut short', body: (sound) => text(sound).slice(0, -1), expect: errorWords.invalidJson },
  { id: 'B-066', title: 'garbage behind', body: (sound) => `${text(sound)}x`, expect: errorWords.invalidJson },
  { id: 'B-067', title: 'null', body: () => 'null', expect: errorWords.invalidRequest },
  { id: 'B-068', title: '[]', body: () => '[]', expect: errorWords.invalidRequest },
  { id: 'B-069', title: 'a text', body: () => '"text"', expect: errorWords.invalidRequest },
  { id: 'B-069', title: 'a number', body: () => '42', expect: errorWords.invalidRequest },
  {
    id: 'B-072',
    title: 'invalid UTF-8 inside a string',
    body: (sound) => Buffer.from(text({ ...sound, user: 'a~b' }).replace('~', '\xff'), 'latin1'),
    expect: errorWords.invalidJson,
  },
  {
    id: 'B-076',
    title: 'an array 200,000 deep',
    body: () => `${'['.repeat(2e5)}${']'.repeat(2e5)}`,
    expect: errorWords.invalidJson,
  },
  {
    id: 'B-078',
    title: '300,000 keys like integers',
    body: (sound) =>
      `${text(sound).slice(0, -1)},"a":{${Array.from({ length: 3e5 }, (_, n) => `"${n * 65_536}":0`).join()}}}`,
    expect: errorWords.invalidRequest,
  },
];

const both = (change: (json: string) => string) => ({
  gemini: change(text(gemini([hi]))),
  ollama: change(text(ollama([said]))),
});
const polluting = '{"constructor":{"prototype":{"polluted":1}},"__proto__":{"polluted":1,"a":';

const addresses: readonly (readonly [id: string, title: string, url: string])[] = [
  ['B-092', 'the address of cloud metadata', 'http://169.254.169.254/latest/meta-data'],
  ['B-092', 'a private address', 'http://10.0.0.1/a.png'],
  ['B-093', 'file:', 'file:///etc/passwd'],
  ['B-093', 'gopher:', 'gopher://127.0.0.1/x'],
  ['B-093', 'ftp:', 'ftp://127.0.0.1/a.png'],
  ['B-094', 'loopback', 'http://127.0.0.1:{sink}/a.png'],
  ['B-094', 'loopback in IPv6 clothes', 'http://[::ffff:127.0.0.1]:{sink}/a.png'],
  ['B-094', 'loopback as one number', 'http://2130706433:{sink}/a.png'],
  ['B-094', 'loopback in octal', 'http://0177.1:{sink}/a.png'],
  ['B-095', 'a public address that leads home', 'http://127.0.0.1:{sink}/redirect'],
];

/** Of data: what is told of it, and its base64. Ollama has no word for the first. */
const noImages: readonly (readonly [title: string, mimeType: string, data: string])[] = [
  ['SVG', 'image/svg+xml', 'PHN2ZyBvbmxvYWQ9IngiLz4='],
  ['SVG that calls itself a PNG', 'image/png', 'PHN2ZyBvbmxvYWQ9IngiLz4='],
  ['HTML that calls itself a PNG', 'image/png', 'PGI+'],
  ['nothing', 'image/png', ''],
  ['no base64', 'image/png', '{not base64}'],
];

export const foreignRows: readonly ForeignRow[] = [
  { id: 'B-070', title: 'a byte order mark', bodies: both((json) => `\uFEFF${json}`), expect: ok },
  {
    id: 'B-073',
    title: 'a lone surrogate, escaped',
    bodies: both((json) => json.replace('"hi"', String.raw`"a\ud800"`)),
    expect: ok,
  },
  {
    id: 'B-074',
    title: 'the model twice: what was checked goes up',
    bodies: { ollama: `{"model":"m-nobody-has",${text(ollama([said])).slice(1)}` },
    expect: ok,
  },
  {
    id: 'B-075',
    title: '__proto__ and constructor.prototype, five deep',
    bodies: both((json) => `${json.slice(0, -1)},"metadata":${polluting.repeat(5)}1${'}}'.repeat(5)}}`),
    expect: ok,
  },
  {
    id: 'B-079',
    title: '200 kB of one letter',
    bodies: both((json) => json.replace('hi', 'a'.repeat(2e5))),
    expect: ok,
  },
  { id: 'B-080', title: 'no model', bodies: { ollama: { messages: [said] } }, expect: refused },
  { id: 'B-080', title: 'an empty model', bodies: { ollama: { model: '', messages: [said] } }, expect: refused },
  {
    id: 'B-081',
    title: 'a model nobody has',
    bodies: { ollama: { model: 'nobody', messages: [said] } },
    expect: { error: errorWords.modelNotFound, says: /model 'nobody' not found/ },
  },
  { id: 'B-082', title: 'a number for a model', bodies: { ollama: { model: 5, messages: [said] } }, expect: refused },
  {
    id: 'B-083',
    title: 'a model that plays with the terminal',
    bodies: { ollama: { model: 'm\r\nSet-Cookie: a\u001b[2J\u0007', messages: [said] } },
    expect: { error: errorWords.modelNotFound },
  },
  {
    id: 'B-084',
    title: 'nothing said',
    bodies: { gemini: {}, ollama: { model } },
    expect: refused,
    but: { ollama: loaded },
  },
  {
    id: 'B-085',
    title: 'null said',
    bodies: { gemini: gemini(null), ollama: ollama(null) },
    expect: refused,
    but: { ollama: loaded },
  },
  // Google's SDKs take a text from their users, and so does this.
  {
    id: 'B-086',
    title: 'a text for a conversation',
    bodies: { gemini: gemini('hi'), ollama: ollama('hi') },
    expect: refused,
    but: { gemini: ok },
  },
  {
    id: 'B-086',
    title: 'a number for a conversation',
    bodies: { gemini: gemini(7), ollama: ollama(7) },
    expect: refused,
  },
  {
    id: 'B-087',
    title: 'an empty conversation',
    bodies: { gemini: gemini([]), ollama: ollama([]) },
    expect: refused,
    but: { ollama: loaded },
  },
  {
    id: 'B-089',
    title: 'the role root',
    bodies: { gemini: gemini([{ ...hi, role: 'root' }]), ollama: ollama([{ ...said, role: 'root' }]) },
    expect: refused,
  },
  {
    id: 'B-090',
    title: 'a turn without content',
    bodies: { gemini: gemini([{ role: 'user' }]), ollama: ollama([{ role: 'user' }]) },
    expect: refused,
  },
  {
    id: 'B-091',
    title: 'a part of unknown type',
    bodies: { gemini: parts({ hologram: {} }), ollama: ollama([{ role: 'user', content: [{ type: 'hologram' }] }]) },
    expect: refused,
  },
  ...addresses.map(([id, title, fileUri]): ForeignRow => ({
    id,
    title: `an image at ${title} is never fetched`,
    bodies: {
      gemini: parts({ text: 'Look' }, { fileData: { fileUri, mimeType: 'image/png' } }),
      ollama: images(fileUri),
    },
    expect: refused,
  })),
  {
    id: 'B-097',
    title: 'an image over the limit of the upstream',
    bodies: {
      gemini: parts({ inlineData: { mimeType: 'image/png', data: `iVBORw0KGgoA${'A'.repeat(300_000)}` } }),
      ollama: images(`iVBORw0KGgoA${'A'.repeat(300_000)}`),
    },
    expect: { verdict: 413 },
  },
  ...noImages.map(([title, mimeType, data]): ForeignRow => ({
    id: 'B-098',
    title: `${title} as an image`,
    bodies: { gemini: parts({ inlineData: { mimeType, data } }), ollama: images(data) },
    expect: refused,
  })),
  {
    id: 'B-099',
    title: 'a result without its call',
    bodies: {
      gemini: gemini([hi, { role: 'user', parts: [{ functionResponse: { name: 'f', response: { output: 'r' } } }] }]),
      ollama: ollama([said, { role: 'tool', tool_name: 'f', content: 'r' }]),
    },
    expect: { ok: true, edit: 'repaired' },
  },
  {
    id: 'B-099',
    title: 'a call without its result',
    bodies: {
      gemini: gemini([hi, { role: 'model', parts: [{ functionCall: { name: 'f', args: {} } }] }, hi]),
      ollama: ollama([
        said,
        { role: 'assistant', content: '', tool_calls: [{ function: { name: 'f', arguments: {} } }] },
        said,
      ]),
    },
    expect: { ok: true, edit: 'repaired' },
  },
  ...['my tool', 'n'.repeat(128)].map((name): ForeignRow => ({
    id: 'B-100',
    title: `a tool name of ${name.length} signs goes up as an alias`,
    bodies: tools([name], {}),
    expect: { ok: true, sent: /"name":"[\w-]{1,64}"/ },
  })),
  { id: 'B-100', title: 'a tool name of 200 letters', bodies: tools(['n'.repeat(200)], {}), expect: refused },
  {
    id: 'B-101',
    title: 'a remote $ref is never resolved',
    bodies: tools(['f'], { properties: { a: { $ref: 'http://127.0.0.1:{sink}/s.json' } } }),
    expect: refused,
  },
  {
    id: 'B-102',
    title: 'a pattern that no engine should run',
    bodies: tools(['f'], { properties: { a: { type: 'string', pattern: '(a+)+$' } } }),
    expect: ok,
  },
  {
    id: 'B-103',
    title: 'a choice that names no tool',
    bodies: {
      gemini: tools(['f'], {}, { toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['g'] } } })
        .gemini,
    },
    expect: refused,
  },
  { id: 'B-105', title: 'max tokens 0', bodies: generation({ maxOutputTokens: 0 }), expect: refused },
  { id: 'B-105', title: 'max tokens -1', bodies: generation({ maxOutputTokens: -1 }), expect: refused },
  {
    id: 'B-105',
    title: 'max tokens in a text',
    bodies: generation({ maxOutputTokens: 'ten' }, { num_predict: 'ten' }),
    expect: refused,
  },
  { id: 'B-106', title: 'temperature 5', bodies: generation({ temperature: 5 }, { temperature: 5 }), expect: refused },
  { id: 'B-107', title: 'a thousand candidates', bodies: generation({ candidateCount: 1000 }), expect: refused },
  {
    id: 'B-108',
    title: 'a thousand stops',
    bodies: generation(
      { stopSequences: Array.from({ length: 1000 }, (_, n) => `s${n}`) },
      { stop: Array.from({ length: 1000 }, (_, n) => `s${n}`) },
    ),
    expect: refused,
  },
  {
    id: 'B-110',
    title: '2,000 tools',
    bodies: tools(
      Array.from({ length: 2000 }, (_, n) => `f${n}`),
      {},
    ),
    expect: refused,
  },
  {
    id: 'B-111',
    title: 'a field nobody knows',
    bodies: both((json) => `${json.slice(0, -1)},"xNew":{"a":1.5}}`),
    expect: { ok: true, edit: 'not-carried' },
  },
];
