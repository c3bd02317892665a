/** The three kinds of rows, each on every route that it concerns, played in clothes that mean the same. */
import { maxBodyBytes } from '../corpora/client-rows/bodies.ts';
import type { ContentExpectation } from '../corpora/client-rows/content-row.ts';
import { anyBodyRows } from '../corpora/client-rows/foreign-bodies.ts';
import type { UpstreamRow } from '../corpora/upstream-rows/upstream-row.ts';
import { casesOf, checkClient, clientRows, playClient } from '../support/check-client-row.ts';
import {
  checkForeign,
  foreignAnswer,
  foreignBytes,
  foreignFaces,
  foreignRowsOf,
  type PlacedRow,
} from '../support/check-foreign-row.ts';
import { bytesOf, checkContent, contentAnswer, contentFaces, contentRowsOf } from '../support/check-content-row.ts';
import { checkStream, checkWhole, rawFaces, rowsOf } from '../support/check-row.ts';
import { play, playAlone, startBench, type Face } from '../support/play-row.ts';
import { rawKey, startRawProxy } from '../support/raw-proxy.ts';
import type { RawAnswer } from '../support/raw-upstream.ts';
import { startDoor } from '../support/start-door.ts';
import type { Random } from './random.ts';
import { answerVariations } from './vary-answer.ts';
import { dispatched, dressJson } from './vary-body.ts';
import { varyRequest } from './vary-request.ts';

export interface RowPlayer {
  /** How many pairs of a row and a route there are: `play` takes one by its number. */
  readonly size: number;
  /** Fails where the row does not come to what it says. What was varied is put into `told`. */
  play(at: number, random: Random, told: string[]): Promise<void>;
  close(): Promise<void>;
}

/** Each row on one route, asked for a stream or not. */
function streamPairs(rows: (face: Face) => readonly UpstreamRow[]) {
  return rawFaces.flatMap((face) =>
    rows(face).flatMap((row) =>
      [true, false]
        .filter((stream) => row.only === undefined || (row.only === 'stream') === stream)
        .map((stream) => ({ row, face, stream })),
    ),
  );
}

type StreamPair = ReturnType<typeof streamPairs>[number];

/** The row whose answers are cut, framed and headed otherwise, with comments between their events. */
function varied({ row }: StreamPair, random: Random, told: string[]): UpstreamRow {
  const vary = (answer: RawAnswer) => {
    let changed = answer;
    for (let left = 1 + random.below(3); left > 0; left -= 1) {
      const variation = random.pick(answerVariations);
      const other = variation.change(changed, random);
      if (other !== undefined) told.push(variation.name);
      changed = other ?? changed;
    }
    return changed;
  };
  const answers: typeof row.answers = (good, wire) => {
    const own = row.answers(good, wire);
    return Array.isArray(own) ? (own as readonly RawAnswer[]).map(vary) : vary(own as RawAnswer);
  };
  return { ...row, answers };
}

const nameOf = ({ row, face, stream }: StreamPair) =>
  `${row.id} ${row.name} · ${face.name}, ${stream ? 'stream' : 'whole'}`;

async function startAnswerPlayer(): Promise<RowPlayer> {
  const bench = await startBench();
  const pairs = streamPairs((face) => rowsOf(face).filter((row) => !row.waits));
  return {
    size: pairs.length,
    async play(at, random, told) {
      const pair = pairs[at] as StreamPair;
      const { row, face, stream } = pair;
      told.push(nameOf(pair));
      const answer = await play(bench, varied(pair, random, told), face, stream);
      (stream ? checkStream : checkWhole)(row, face.wire, answer);
    },
    close: () => bench.rig.close(),
  };
}

/** Those that wait for a time-out, side by side: all that one route is asked in one way. */
async function startWaitingPlayer(): Promise<RowPlayer> {
  const pairs = streamPairs((face) => rowsOf(face).filter((row) => row.waits));
  const groups = [...Map.groupBy(pairs, ({ face, stream }) => `${face.name} ${stream}`).values()];
  return {
    size: groups.length,
    async play(at, random, told) {
      const playOne = async (pair: StreamPair) => {
        const { row, face, stream } = pair;
        const own = [nameOf(pair)];
        try {
          const answer = await playAlone(varied(pair, random, own), face, stream);
          (stream ? checkStream : checkWhole)(row, face.wire, answer);
        } catch (thrown) {
          told.push(...own);
          throw thrown;
        }
      };
      await Promise.all((groups[at] ?? []).map(playOne));
    },
    close: () => Promise.resolve(),
  };
}

/** What goes up is compared with what was sent, unless the row itself says what must. */
const mayBeDressed = (wanted: ContentExpectation) => !('ok' in wanted) || wanted.sent === undefined;

/** A call with those bytes, coded, typed and cut otherwise, in a session of its own. */
function dressedCall(bytes: Buffer, random: Random, told: string[]): RequestInit {
  const { headers: how, pieces } = dispatched(bytes, random, told);
  const session = `${told.join(' ')} ${random.below(1e9)}`;
  const headers = { authorization: `Bearer ${rawKey}`, 'x-session-id': session, ...how };
  const body = pieces.length === 1 ? new Uint8Array(pieces[0] ?? []) : ReadableStream.from(pieces);
  return { headers, body, duplex: 'half' };
}

/** Bodies spaced, escaped, coded, typed and cut otherwise. */
async function startBodyPlayer(): Promise<RowPlayer> {
  let answer: RawAnswer;
  const rig = await startRawProxy(() => answer);
  const pairs = contentFaces.flatMap((face) => contentRowsOf(face).map((row) => ({ row, face })));
  return {
    size: pairs.length,
    async play(at, random, told) {
      const { row, face } = pairs[at] as (typeof pairs)[number];
      told.push(`${row.id} ${row.title} · ${face.name}`);
      // Nobody may fetch what a body names: port 9 answers nobody.
      const sound = bytesOf(row, face, 9);
      const bytes = mayBeDressed(row.expect) ? dressJson(sound, random, told) : sound;
      answer = contentAnswer(row, face);
      rig.upstream.forget();
      const reply = await rig.post(face.path, '', dressedCall(bytes, random, told));
      checkContent(row, face, { reply, text: await reply.text(), bytes, requests: rig.upstream.requests });
    },
    close: () => rig.close(),
  };
}

/** The same for Gemini's and Ollama's callers, whose bodies are written anew on their way up. */
async function startForeignPlayer(): Promise<RowPlayer> {
  let answer: RawAnswer = { chunks: [] };
  const rig = await startRawProxy(() => answer);
  const pairs = foreignFaces.flatMap((face) => [
    ...anyBodyRows.map(({ id, title, expect: error, ...row }) => ({
      face,
      row: { id, title, body: row.body(face.sound), wanted: { error } } satisfies PlacedRow,
    })),
    ...foreignRowsOf(face).map((row) => ({ face, row })),
  ]);
  return {
    size: pairs.length,
    async play(at, random, told) {
      const { row, face } = pairs[at] as (typeof pairs)[number];
      const { wanted }: PlacedRow = row;
      told.push(`${row.id} ${row.title} · ${face.name}`);
      // Nobody may fetch what a body names: port 9 answers nobody.
      const sound = foreignBytes(row.body, 9);
      const bytes = 'ok' in wanted && wanted.sent !== undefined ? sound : dressJson(sound, random, told);
      answer = foreignAnswer(wanted);
      rig.upstream.forget();
      const reply = await rig.post(face.path, '', dressedCall(bytes, random, told));
      const text = await reply.text();
      const sent = rig.upstream.requests.flatMap(({ method, body }) => (method === 'POST' ? [body] : []));
      checkForeign({ reply, text, sent }, face, wanted);
    },
    close: () => rig.close(),
  };
}

/** Requests with other letters, spaces and headers, in more than one piece. */
async function startRequestPlayer(): Promise<RowPlayer> {
  // The same peer sends every wrong key: a clock that leaps lets the limiter forget, and no refused connection need linger.
  let leapMs = 0;
  const after = (delayMs: number, callback: () => void) => {
    const timer = setTimeout(callback, delayMs / 20);
    return { cancel: () => clearTimeout(timer) };
  };
  const clock = { now: () => 0, monotonic: () => (leapMs += 20_000), after };
  const door = await startDoor({ limits: { maxBodyBytes }, clock });
  const pairs = casesOf(clientRows);
  return {
    size: pairs.length,
    async play(at, random, told) {
      const { row, face } = pairs[at] as (typeof pairs)[number];
      told.push(`${row.id} ${row.title} · ${face.path}`);
      const bytes = varyRequest(row.bytes, random, told);
      // What is refused may be closed before its last piece is sent, and the answer lost with it.
      const wanted = row.but?.[face.shape] ?? row.expect;
      const pieces = 'ok' in wanted && random.once(2) ? 2 + random.below(20) : 1;
      if (pieces > 1) told.push(`in ${pieces} pieces`);
      door.calls.length = 0;
      checkClient(row, face, await playClient(door, { ...row, bytes }, face, pieces), door.calls.length);
    },
    async close() {
      await door.untilEmpty();
      await door.close();
    },
  };
}

/** Which variations a kind of row takes: those that mean the same to every sound reader of it. */
export const rowPlayers: Readonly<Record<string, () => Promise<RowPlayer>>> = {
  'answers of an upstream': startAnswerPlayer,
  'answers that an upstream keeps open': startWaitingPlayer,
  'bodies of requests': startBodyPlayer,
  "bodies of Gemini's and Ollama's callers": startForeignPlayer,
  'bytes of requests': startRequestPlayer,
};
