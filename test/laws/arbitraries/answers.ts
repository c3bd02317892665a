/** Answers as an upstream gives them, generated: blocks in pieces, parallel calls woven, usage, an ending. */
import fc from 'fast-check';
import type { Endpoint } from '../../../src/canonical/protocol-id.ts';
import { anyArguments, anyCallId, anyText, inPieces } from './texts.ts';

export type AnswerBlock =
  | { readonly kind: 'text'; readonly pieces: readonly string[] }
  | { readonly kind: 'refusal'; readonly pieces: readonly string[] }
  | { readonly kind: 'reasoning'; readonly pieces: readonly string[]; readonly seal: string | null }
  | { readonly kind: 'call'; readonly callId: string; readonly name: string; readonly pieces: readonly string[] };

/** Ways of telling it that Copilot was seen to have. */
export type Quirk =
  /** Chat: every piece of a call tells id and name again. */
  | 'repeated-heads'
  /** Chat: the seal of the reasoning comes behind everything else. */
  | 'late-seal'
  /** Chat: usage stands in the chunk of the finish. */
  | 'usage-in-finish'
  /** Chat: calls are in a choice of their own. */
  | 'two-choices'
  /** Chat: the whole answer is one chunk, with its finish. */
  | 'one-chunk'
  /** Lines that mean nothing, and no space behind the colon. */
  | 'noise'
  /** Responses: an item has another id in every event. */
  | 'rotating-ids'
  /** Responses: no deltas, only what is done. */
  | 'done-only';

export type Ending = 'stop' | 'length' | 'content-filter';

export interface Counts {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
  readonly reasoning: number;
  readonly nanoAiu: number | null;
}

export interface Answer {
  readonly blocks: readonly AnswerBlock[];
  /** How calls that run side by side are woven. */
  readonly weave: readonly number[];
  /** Unless it calls tools, in which case that is why a `stop` came. */
  readonly ending: Ending;
  readonly counts: Counts;
  readonly quirk: Quirk | null;
  readonly ascii: boolean;
  readonly lineEnd: '\n' | '\r\n';
}

const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });
const pieces = (text: fc.Arbitrary<string>) => fc.tuple(text, lengths).map(([said, cuts]) => inPieces(said, cuts));

function block(index: number, kinds: readonly AnswerBlock['kind'][]): fc.Arbitrary<AnswerBlock> {
  return fc.constantFrom(...kinds).chain((kind): fc.Arbitrary<AnswerBlock> => {
    switch (kind) {
      case 'reasoning':
        return fc.record({
          kind: fc.constant(kind),
          pieces: pieces(anyText),
          seal: fc.option<string>(fc.base64String({ minLength: 8, maxLength: 16 }), { freq: 5 }),
        });
      case 'call':
        return fc.record({
          kind: fc.constant(kind),
          callId: anyCallId(index),
          name: fc.stringMatching(/^[a-z][a-zA-Z0-9_-]{0,20}$/),
          pieces: pieces(anyArguments),
        });
      default:
        return fc.record({ kind: fc.constant(kind), pieces: pieces(anyText) });
    }
  });
}

/** Which blocks an endpoint has words for. */
const kindsOf: Readonly<Partial<Record<Endpoint, readonly AnswerBlock['kind'][]>>> = {
  '/v1/messages': ['text', 'reasoning', 'call'],
  '/responses': ['text', 'reasoning', 'call', 'refusal'],
  '/chat/completions': ['text', 'reasoning', 'call', 'refusal'],
};

const quirksOf: Readonly<Partial<Record<Endpoint, readonly Quirk[]>>> = {
  '/responses': ['rotating-ids', 'done-only', 'noise'],
  '/chat/completions': ['repeated-heads', 'late-seal', 'usage-in-finish', 'two-choices', 'one-chunk', 'noise'],
  '/v1/messages': ['noise'],
};

const count = fc.oneof(fc.constant(0), fc.nat(1_000_000));

export function answers(endpoint: Endpoint, { plain = false } = {}): fc.Arbitrary<Answer> {
  const kinds = kindsOf[endpoint] ?? [];
  const quirks = plain ? [] : (quirksOf[endpoint] ?? []);
  return fc
    .record({
      blocks: fc.nat(5).chain((size) => fc.tuple(...Array.from({ length: size }, (_, index) => block(index, kinds)))),
      weave: fc.array(fc.nat(5), { minLength: 1, maxLength: 8 }),
      ending: fc.constantFrom<Ending>('stop', 'stop', 'stop', 'length', 'content-filter'),
      counts: fc
        .record({
          input: count,
          cacheRead: count,
          cacheWrite: count,
          output: count,
          share: fc.nat(100),
          nanoAiu: fc.option(count),
        })
        .map(({ share, ...counts }) => ({ ...counts, reasoning: Math.floor((counts.output * share) / 100) })),
      quirk: fc.constantFrom<Quirk | null>(null, ...quirks),
      ascii: fc.boolean(),
      lineEnd: fc.constantFrom('\n' as const, '\r\n' as const),
    })
    .map((answer) => (endpoint === '/chat/completions' ? asChatSays(answer) : answer));
}

/** Chat has one message: its reasoning with one seal, its text, its refusal, its calls. */
function asChatSays(answer: Answer): Answer {
  const { blocks } = answer;
  const of = <Kind extends AnswerBlock['kind']>(kind: Kind) =>
    blocks.filter((each): each is Extract<AnswerBlock, { readonly kind: Kind }> => each.kind === kind);
  const thoughts = of('reasoning');
  const words = of('text');
  const noes = of('refusal');
  const joined: AnswerBlock[] = [];
  if (thoughts.length > 0)
    joined.push({
      kind: 'reasoning',
      pieces: thoughts.flatMap((each) => each.pieces),
      seal: thoughts.find((each) => each.seal !== null)?.seal ?? null,
    });
  if (words.length > 0) joined.push({ kind: 'text', pieces: words.flatMap((each) => each.pieces) });
  if (noes.length > 0) joined.push({ kind: 'refusal', pieces: noes.flatMap((each) => each.pieces) });
  return { ...answer, blocks: [...joined, ...of('call')] };
}

/** Steps of several runs in one order: each run in its own, calls side by side as `weave` says, all else one by one. */
export function weaveRuns<Step>(
  runs: readonly { readonly parallel: boolean; readonly steps: readonly Step[] }[],
  weave: readonly number[],
): Step[] {
  const order: Step[] = [];
  let open: Step[][] = [];
  let turn = 0;
  const drain = () => {
    while (open.length > 0) {
      const chosen = open[(weave[turn++ % weave.length] ?? 0) % open.length];
      const step = chosen?.shift();
      if (step !== undefined) order.push(step);
      open = open.filter((run) => run.length > 0);
    }
  };
  for (const { parallel, steps } of runs) {
    if (!parallel) {
      drain();
      order.push(...steps);
      continue;
    }
    // A run begins where it stands in the answer; what follows its first step may wait.
    const [first, ...rest] = steps;
    if (first !== undefined) order.push(first);
    if (rest.length > 0) open.push(rest);
  }
  drain();
  return order;
}
