/** An answer of an upstream in other clothes: bytes, framing and headers that mean the same to whoever reads HTTP and events. */
import type { RawAnswer } from '../support/raw-upstream.ts';
import type { Random } from './random.ts';

interface Variation {
  readonly name: string;
  /** Undefined where it would change what is said. */
  change(answer: RawAnswer, random: Random): RawAnswer | undefined;
}

const harmless: readonly string[] = [
  'Server: envoy', 'x-request-id: 00000-e', 'Cache-Control: no-store', 'via: 1.1 google', 'Set-Cookie: a=b; Secure',
  'strict-transport-security: max-age=1', 'content-security-policy: default-src', 'X-Empty:', 'vary: Accept, *',
  '__proto__: a', 'constructor: b', 'x-ratelimit-remaining: 0', 'date: Thu, 01 Jan 1970 00:00:00 GMT',
]; // prettier-ignore

const comments: readonly string[] = [':\n\n', ': keep-alive\n\n', ': data: [DONE]\n\n', ':\u00e9 \u{1f600}\n\n', '\n'];

const joined = ({ chunks }: RawAnswer): Buffer | undefined =>
  chunks.some((chunk) => typeof chunk === 'number')
    ? undefined
    : Buffer.concat(chunks.map((chunk) => Buffer.from(chunk as string | Buffer)));

export const answerVariations: readonly Variation[] = [
  {
    name: 'cut elsewhere',
    change(answer, random) {
      const bytes = joined(answer);
      if (bytes === undefined || bytes.length === 0) return undefined;
      const cuts = Array.from({ length: 1 + random.below(12) }, () => random.below(bytes.length));
      const edges = [0, ...cuts.toSorted((left, right) => left - right), bytes.length];
      return { ...answer, chunks: edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge)) };
    },
  },
  {
    name: 'framed otherwise',
    change(answer, random) {
      const { framing = 'chunked', end = 'clean', status = 200 } = answer;
      if (typeof framing === 'number' || framing === 'close' || end !== 'clean' || answer.repeats) return undefined;
      if (status === 0 || status === 204) return undefined;
      return { ...answer, framing: random.pick(['chunked', 'length', 'close'] as const) };
    },
  },
  {
    name: 'more headers',
    change(answer, random) {
      const { headers = ['content-type: text/event-stream'] } = answer;
      const more = Array.from({ length: 1 + random.below(5) }, () => random.pick(harmless));
      return { ...answer, headers: random.once(2) ? [...more, ...headers] : [...headers, ...more] };
    },
  },
  {
    name: 'headers spelt otherwise',
    change(answer, random) {
      const { headers = ['content-type: text/event-stream'] } = answer;
      const spelt = (line: string) => {
        const colon = line.indexOf(':');
        const name = line.slice(0, colon);
        const cased = random.pick([name, name.toUpperCase(), name.replaceAll(/\b./g, (first) => first.toUpperCase())]);
        const parameter = /^content-type: \S+\/\S+$/.test(line) ? random.pick(['', '; charset=utf-8', ';a=b']) : '';
        return `${cased}:${random.pick(['', ' ', '  ', '\t'])}${line.slice(colon + 1).trim()}${parameter}`;
      };
      return { ...answer, headers: headers.map(spelt) };
    },
  },
  {
    name: 'comments between the events',
    change(answer, random) {
      const bytes = joined(answer);
      if (bytes === undefined || answer.headers?.some((line) => /^content-encoding|json/i.test(line))) return undefined;
      // Bytes as they are, also those that are no characters.
      const text = bytes.toString('latin1');
      if (!/^(?:data|event|id|:)/.test(text)) return undefined;
      const between = (blank: string) =>
        random.once(3) ? blank + Buffer.from(random.pick(comments)).toString('latin1') : blank;
      return { ...answer, chunks: [Buffer.from(text.replaceAll('\n\n', between), 'latin1')] };
    },
  },
];
