/** Bodies that are nearly right: a sound value is changed in some of its places, then at times in its bytes. */
import type { Random } from './random.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- any JSON, also what no type allows
export type Json = any;

/** What stands where something else belongs. */
const strangers: readonly Json[] = [
  null, true, false, 0, -1, 1, 1.5, 1e21, -0, 1e308, 2 ** 53 + 1, '', ' ', 'x', '0', 'null', 'auto', 'none', 'user',
  'assistant', 'system', 'tool', 'text', 'image', 'function', 'low', 'constructor', '__proto__', 'toString', '\0',
  '\ufeff', '\ud800', '\udc00x', '\u2028', '\u001b[2J', '\r\nSet-Cookie: a=b', '😀', '../../etc/passwd', '{"a":1}', '{',
  'data:image/png;base64,iVBORw0KGgo=', 'data:,', 'data:image/png;base64,%%%', 'file:///etc/passwd',
  'http://127.0.0.1:9/x.png', 'a'.repeat(70), 'x'.repeat(5000), [], [[]], [null], ['x'], [0], {}, { type: 'text' },
  { type: 'object' }, { type: null }, { $ref: '#' }, { text: 'x' }, { role: 'user', content: 'x' },
]; // prettier-ignore

/** What some protocol has words for, also where this one has none. */
const members: readonly string[] = [
  'role', 'content', 'type', 'text', 'name', 'id', 'input', 'tools', 'tool_choice', 'tool_calls', 'tool_call_id',
  'arguments', 'args', 'function', 'parameters', 'max_tokens', 'max_output_tokens', 'temperature', 'top_p', 'n', 'stop',
  'stream', 'stream_options', 'response_format', 'reasoning', 'thinking', 'system', 'metadata', 'format', 'options',
  'images', 'parts', 'inlineData', 'functionCall', 'functionResponse', 'generationConfig', 'toolConfig', 'cache_control',
  'previous_response_id', 'store', 'include', 'model', 'messages', 'prompt', 'contents', 'user', 'seed', 'logit_bias',
  'logprobs', 'service_tier', 'strict', 'schema', 'signature', 'data', 'source', 'url', 'detail', 'encrypted_content',
  '__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toJSON', 'then', '', '0', '-1', '\0', 'x'.repeat(300),
]; // prettier-ignore

interface Place {
  readonly holder: Json;
  readonly key: string | number;
}

function placesIn(value: Json): Place[] {
  const places: Place[] = [];
  const visit = (holder: Json) => {
    for (const key of Array.isArray(holder) ? holder.keys() : Object.keys(holder)) {
      places.push({ holder, key });
      const inner = holder[key];
      if (typeof inner === 'object' && inner !== null) visit(inner);
    }
  };
  visit(value);
  return places;
}

/** `__proto__` is a member like any other here, as it is in JSON. */
function put({ holder, key }: Place, value: Json): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

const valueAt = ({ holder, key }: Place): Json => holder[key];

function remove({ holder, key }: Place): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

const copy = (value: Json): Json => structuredClone(value);

type Change = (place: Place, random: Random, all: readonly Place[]) => void;

const changes: readonly Change[] = [
  (place, random) => put(place, copy(random.pick(strangers))),
  remove,
  (place, random, all) => {
    const other = random.pick(all);
    put(place, copy(valueAt(other)));
  },
  ({ holder, key }, random) => {
    if (Array.isArray(holder))
      for (let times = 1 + random.below(3); times > 0; times -= 1) holder.push(copy(valueAt({ holder, key })));
    else put({ holder, key: random.pick(members) }, copy(valueAt({ holder, key })));
  },
  (place) => put(place, [valueAt(place)]),
  (place, random) => put(place, { [random.pick(members)]: valueAt(place) }),
  ({ holder }, random) => {
    if (Array.isArray(holder)) holder.splice(random.below(holder.length + 1), 0, copy(random.pick(strangers)));
    else put({ holder, key: random.pick(members) }, copy(random.pick(strangers)));
  },
  ({ holder, key }, random) => {
    const value = holder[key];
    if (typeof value === 'string') put({ holder, key }, bentText(value, random));
    else if (typeof value === 'number')
      put({ holder, key }, random.pick([-value, value / 3, value * 1e9, String(value)]));
    else if (Array.isArray(value)) value.reverse();
    else put({ holder, key }, JSON.stringify(value));
  },
  // The same member by another name: how the other protocols, or the other half of the SDKs, spell it.
  ({ holder, key }, random) => {
    if (Array.isArray(holder)) return;
    const value = holder[key];
    delete holder[key];
    const name = String(key);
    const bent = name.includes('_')
      ? name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
      : name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    put({ holder, key: bent === name ? random.pick(members) : bent }, value);
  },
];

function bentText(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  switch (random.below(5)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + random.pick(['\0', '\ud83d', '"', '\\', '\n', '\u202e', '=', ' ']) + text.slice(at);
    case 2:
      return text.toUpperCase();
    case 3:
      return text.repeat(2 + random.below(40)).slice(0, 20_000);
    default:
      return ` ${text} `;
  }
}

/** A copy of `sound` with one to five changes, mostly few: what is wrong in one place gets far. */
export function mutateValue(sound: Json, random: Random): Json {
  const value = copy(sound);
  for (let left = 1 + random.below(random.pick([1, 1, 2, 3, 5])); left > 0; left -= 1) {
    const all = placesIn(value);
    if (all.length === 0) return value;
    random.pick(changes)(random.pick(all), random, all);
  }
  return value;
}

/** JSON text with something wrong that no value has: cut, doubled, badly encoded, badly nested, repeated members. */
export function mutateBytes(json: string, random: Random): Buffer {
  const bytes = Buffer.from(json);
  const at = random.below(bytes.length + 1);
  const splice = (from: number, to: number, ...put: (Buffer | string)[]) =>
    Buffer.concat([bytes.subarray(0, from), ...put.map((part) => Buffer.from(part)), bytes.subarray(to)]);
  switch (random.below(10)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return splice(at, at + 1, Buffer.from([random.below(256)]));
    case 2:
      return splice(
        at,
        at,
        random.pick(['\0', '"', '\\', '{', '}', '[', ']', ',', ':', '\ufeff', '//', 'NaN', '\\ud800']),
      );
    case 3:
      return splice(at, at, Buffer.from(random.pick([[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf0, 0x9f], [0xe2]])));
    case 4:
      return splice(at, Math.min(bytes.length, at + 1 + random.below(20)));
    case 5:
      return Buffer.concat([bytes, bytes.subarray(at)]);
    case 6: {
      const member = `"${random.pick(members.slice(0, 60))}":${JSON.stringify(random.pick(strangers))},`;
      const open = bytes.indexOf('{', at);
      return open < 0 ? bytes : splice(open + 1, open + 1, member);
    }
    case 7: {
      const colon = bytes.indexOf(':', at);
      const deep = 1 + random.below(300);
      return colon < 0 ? bytes : splice(colon + 1, colon + 1, '['.repeat(deep), '0', ']'.repeat(deep), ',"z":');
    }
    case 8: {
      const colon = bytes.indexOf(':', at);
      const number = random.pick(['1e999', '-0', '1E+2', '12345678901234567890', '01', '.5', '0x1', '1.', '-', '+1']);
      return colon < 0 ? bytes : splice(colon + 1, colon + 1, number, ',"z":');
    }
    default:
      return Buffer.from(random.pick(['\ufeff', ' \r\n\t', '\u00a0', '\0']) + json);
  }
}
