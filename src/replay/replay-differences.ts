/** What of a call that is played again is another thing than then, and what is only another name for the same. */
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import { jsonDifferences, type JsonDifference } from '../canonical/json-difference.ts';
import { isObject, parseJson } from '../canonical/json-value.ts';
import { createFrameSplitter, readFrame } from '../framing/server-sent-events.ts';

/** More are no better news. */
const mostDifferences = 50;

const compared = ['model', 'endpoint', 'lane', 'stream'] as const;

type Way = Readonly<Record<(typeof compared)[number], unknown>> & Pick<ExchangeRecord, 'edits'>;

export function routeDifferences(then: Way, now: Way): readonly JsonDifference[] {
  const rulesOf = ({ edits }: Way) => edits.map(({ rule, path }) => (path === undefined ? rule : `${rule} ${path}`));
  return [
    ...compared.flatMap((name) => jsonDifferences({ [name]: then[name] }, { [name]: now[name] }, 1)),
    ...editDifferences(rulesOf(then), rulesOf(now)),
  ];
}

/** An edit more, or one less: their order says nothing. */
function editDifferences(then: readonly string[], now: readonly string[]): readonly JsonDifference[] {
  return [
    ...then
      .filter((rule) => !now.includes(rule))
      .map((rule) => ({ path: `edit ${rule}`, before: 'made', after: undefined })),
    ...now
      .filter((rule) => !then.includes(rule))
      .map((rule) => ({ path: `edit ${rule}`, before: undefined, after: 'made' })),
  ];
}

export function bodyDifferences(then: string | null, now: string | null): readonly JsonDifference[] {
  if (then === now) return [];
  if (then === null || now === null)
    return [
      {
        path: 'body',
        before: then === null ? 'nothing went up' : 'went up',
        after: now === null ? 'nothing goes up' : 'goes up',
      },
    ];
  const [before, after] = [parseJson(then), parseJson(now)];
  if (before === undefined || after === undefined) return [{ path: 'body', before: then, after: now }];
  return jsonDifferences(stable(before), stable(after), mostDifferences);
}

/** Of a stream its events, of a document the whole: without what keeps a connection open. */
export function answerDifferences(then: string, now: string): readonly JsonDifference[] {
  return then === now ? [] : jsonDifferences(stable(answerOf(then)), stable(answerOf(now)), mostDifferences);
}

function answerOf(text: string): unknown {
  if (text.trimStart().startsWith('{')) return parseJson(text) ?? text;
  const events: unknown[] = [];
  const splitter = createFrameSplitter(text.length + 16, (whole, _bytes, start, end) => {
    const { event, data, hasData } = readFrame(whole, start, end);
    if (!hasData || event === 'ping') return;
    const value = Buffer.from(data, 'latin1').toString('utf8');
    events.push({ ...(event !== '' && { event }), data: parseJson(value) ?? value });
  });
  splitter.push(Buffer.from(`${text}\n\n`));
  return events;
}

/** Made anew with every call, by us or by chance; sealed texts are sealed for a session, whose name a capsule does not tell. */
const madeAnew: ReadonlySet<string> = new Set([
  'id',
  'item_id',
  'call_id',
  'tool_call_id',
  'tool_use_id',
  'response_id',
  'prompt_cache_key',
  'created',
  'created_at',
  'completed_at',
  'signature',
  'encrypted_content',
  'reasoning_opaque',
  'obfuscation',
]);

/** What we sealed ourselves: for an account, whose name a capsule does not tell. */
const ourSeal = /^cf1\.[\w.-]+$/;

function stable(value: unknown): unknown {
  if (typeof value === 'string' && ourSeal.test(value)) return '(sealed anew)';
  if (Array.isArray(value)) return value.map(stable);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      madeAnew.has(name) && (typeof member === 'string' || typeof member === 'number') ? '(made anew)' : stable(member),
    ]),
  );
}

/** A capture spells out controls, `\u{9}`, which no JSON does: there they are themselves again. */
export function withControls(text: string): string {
  return text.replace(/(?<!\\)((?:\\\\)*)\\u\{([0-9a-f]{1,6})\}/g, (whole, slashes: string, hex: string) => {
    const code = Number.parseInt(hex, 16);
    return code > 0x10_ffff ? whole : `${slashes}${String.fromCodePoint(code)}`;
  });
}
