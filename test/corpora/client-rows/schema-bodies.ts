/** Bodies whose fields are wrong or odd: on the raw lane most are the upstream's to judge (B-087 to B-113). */
import { without, type Body, type ContentFace, type ContentRow } from './content-row.ts';
import { errorWords } from './error-words.ts';

const generating: readonly ContentFace[] = ['chat', 'responses', 'messages', 'count'];
const verdict = { verdict: 400 } as const;

/** One turn of the user in the words of the route. */
function turn(sound: Body, face: ContentFace, content: unknown, role = 'user'): Body {
  const message = { role, ...(content === undefined ? {} : { content }) };
  return face === 'responses' ? { ...sound, input: [message] } : { ...sound, messages: [message] };
}

function image(sound: Body, face: ContentFace, url: string): Body {
  const parts: Partial<Record<ContentFace, object>> = {
    chat: { type: 'image_url', image_url: { url } },
    responses: { type: 'input_image', image_url: url },
  };
  return turn(sound, face, [parts[face] ?? { type: 'image', source: { type: 'url', url } }]);
}

function tools(sound: Body, face: ContentFace, names: readonly string[], schema: object, more: Body = {}): Body {
  const bare = { type: 'object', ...schema };
  const tool = (name: string) => {
    if (face === 'chat') return { type: 'function', function: { name, parameters: bare } };
    return face === 'responses' ? { type: 'function', name, parameters: bare } : { name, input_schema: bare };
  };
  return { ...sound, tools: names.map(tool), ...more };
}

function forced(face: ContentFace, name: string): object {
  if (face === 'chat') return { type: 'function', function: { name } };
  return face === 'responses' ? { type: 'function', name } : { type: 'tool', name };
}

function orphan(sound: Body, face: ContentFace): Body {
  if (face === 'chat') return { ...sound, messages: [{ role: 'tool', tool_call_id: 'call_x', content: 'r' }] };
  if (face === 'responses')
    return { ...sound, input: [{ type: 'function_call_output', call_id: 'call_x', output: 'r' }] };
  return turn(sound, face, [{ type: 'tool_result', tool_use_id: 'toolu_x', content: 'r' }]);
}

const imageUrls: readonly (readonly [id: string, title: string, url: string])[] = [
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
  ['B-098', 'SVG as data', 'data:image/svg+xml,<svg onload="x"/>'],
  ['B-098', 'HTML as data', 'data:text/html;base64,PGI+'],
  ['B-098', 'HTML as data that calls itself an image', 'data:image/png;base64,PGI+'],
  ['B-098', 'SVG as data that calls itself an image', 'data:image/png;base64,PHN2ZyBvbmxvYWQ9IngiLz4='],
  ['B-098', 'data of nothing', 'data:image/png;base64,'],
  ['B-098', 'data that is no base64', 'data:image/png;base64,{not base64}'],
];

const outputLimitOf: Partial<Record<ContentFace, string>> = { responses: 'max_output_tokens' };

export const schemaRows: readonly ContentRow[] = [
  {
    id: 'B-087',
    title: 'an empty conversation',
    body: (sound) => ('messages' in sound ? { ...sound, messages: [] } : { ...sound, input: [] }),
    expect: verdict,
  },
  {
    id: 'B-089',
    title: 'the role root',
    on: generating,
    body: (s, face) => turn(s, face, 'hi', 'root'),
    expect: verdict,
  },
  {
    id: 'B-090',
    title: 'a turn without content',
    on: generating,
    body: (s, face) => turn(s, face, undefined),
    expect: verdict,
  },
  {
    id: 'B-091',
    title: 'a part of unknown type',
    on: generating,
    body: (sound, face) => turn(sound, face, [{ type: 'hologram' }]),
    expect: verdict,
  },
  ...imageUrls.map(([id, title, url]): ContentRow => ({
    id,
    title: `an image at ${title} is never fetched`,
    on: generating,
    body: (sound, face) => image(sound, face, url),
    expect: {
      error: errorWords.invalidRequest,
      param: { chat: 'messages[0].content[0].image_url.url', responses: 'input[0].content[0].image_url' },
    },
  })),
  {
    id: 'B-097',
    title: 'an image over the limit of the upstream',
    on: generating,
    // Messages has a form of its own for data, which goes up as it is.
    body: (sound, face) => {
      const data = 'A'.repeat(300_000);
      if (face === 'chat' || face === 'responses') return image(sound, face, `data:image/png;base64,${data}`);
      return turn(sound, face, [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data } }]);
    },
    expect: { verdict: 413 },
  },
  { id: 'B-099', title: 'a result without its call', on: generating, body: orphan, expect: { ok: true } },
  {
    id: 'B-100',
    title: 'a tool name with spaces goes up as an alias',
    on: generating,
    body: (sound, face) => tools(sound, face, ['my tool'], {}),
    expect: { ok: true, sent: /"name":"[\w-]{1,64}"/ },
  },
  {
    id: 'B-100',
    title: 'a tool name of 128 letters goes up as an alias',
    on: ['chat', 'responses'],
    body: (sound, face) => tools(sound, face, ['n'.repeat(128)], {}),
    expect: { ok: true, sent: /"name":"[\w-]{1,64}"/ },
  },
  {
    id: 'B-100',
    title: 'a tool name of 200 letters',
    on: generating,
    body: (sound, face) => tools(sound, face, ['n'.repeat(200)], {}),
    expect: { error: errorWords.invalidRequest, param: { chat: 'tools.0.function.name', responses: 'tools.0.name' } },
  },
  {
    id: 'B-101',
    title: 'a remote $ref is never resolved',
    on: generating,
    body: (sound, face) => tools(sound, face, ['f'], { properties: { a: { $ref: 'http://127.0.0.1:{sink}/s.json' } } }),
    expect: verdict,
  },
  {
    id: 'B-102',
    title: 'a pattern that no engine should run',
    on: generating,
    body: (sound, face) => tools(sound, face, ['f'], { properties: { a: { type: 'string', pattern: '(a+)+$' } } }),
    expect: { ok: true },
  },
  {
    id: 'B-103',
    title: 'a tool_choice that names no tool',
    on: generating,
    body: (sound, face) => tools(sound, face, ['f'], {}, { tool_choice: forced(face, 'g') }),
    expect: verdict,
  },
  ...[0, -1, '10'].map((tokens): ContentRow => ({
    id: 'B-105',
    title: `max tokens ${JSON.stringify(tokens)}`,
    on: ['chat', 'responses', 'messages'],
    body: (sound, face) => ({ ...sound, [outputLimitOf[face] ?? 'max_tokens']: tokens }),
    expect: verdict,
  })),
  {
    id: 'B-105',
    title: 'no max tokens',
    on: ['messages'],
    body: (sound) => without(sound, 'max_tokens'),
    expect: verdict,
  },
  {
    id: 'B-106',
    title: 'temperature 5',
    on: generating,
    body: (sound) => ({ ...sound, temperature: 5 }),
    expect: verdict,
  },
  {
    id: 'B-107',
    title: 'n = 1000 stays one call',
    on: ['chat'],
    body: (sound) => ({ ...sound, n: 1000 }),
    expect: verdict,
  },
  {
    id: 'B-108',
    title: 'a thousand stops',
    on: generating,
    body: (sound, face) => ({
      ...sound,
      [face === 'chat' ? 'stop' : 'stop_sequences']: Array.from({ length: 1000 }, (_, n) => `s${n}`),
    }),
    expect: verdict,
  },
  {
    id: 'B-110',
    title: '2,000 tools',
    on: generating,
    body: (sound, face) =>
      tools(
        sound,
        face,
        Array.from({ length: 2000 }, (_, n) => `f${n}`),
        {},
      ),
    expect: { error: errorWords.invalidRequest, param: 'tools' },
  },
  {
    id: 'B-111',
    title: 'a field nobody knows',
    body: (sound) => ({ ...sound, x_new: { a: 1.5 } }),
    expect: { ok: true },
  },
  {
    id: 'B-112',
    title: 'no anthropic-version',
    on: ['messages', 'count'],
    body: (sound) => sound,
    expect: { ok: true },
  },
  {
    id: 'B-113',
    title: 'a previous response that nobody has',
    on: ['responses'],
    body: (sound) => ({ ...sound, previous_response_id: 'resp_x' }),
    expect: { error: errorWords.previousResponseNotFound, param: 'previous_response_id' },
  },
];
