/** The three kinds of rows, each on every route that it concerns, played in clothes that mean the same. */
import { maxBodyBytes } from '../corpora/client-rows/bodies.ts';
import type { ContentExpectation } from '../corpora/client-rows/content-row.ts';
import { casesOf, checkClient, clientRows, playClient } from '../support/check-client-row.ts';
import { bytesOf, checkContent, contentAnswer, contentFaces, contentRowsOf } from '../support/check-content-row.ts';
import { checkStream, checkWhole, rawFaces, rowsOf } from '../support/check-row.ts';
import { play, startBench } from '../support/play-row.ts';
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

/** Answers of an upstream, cut, framed and headed otherwise, with comments between their events. */
async function startAnswerPlayer(): Promise<RowPlayer> {
  const bench = await startBench();
  const pairs = rawFaces.flatMap((face) =>
    rowsOf(face)
      // Those that wait for a time-out would take all the time that there is.
      .filter((row) => !row.waits)
      .flatMap((row) =>
        [true, false]
          .filter((stream) => row.only === undefined || (row.only === 'stream') === stream)
          .map((stream) => ({ row, face, stream })),
      ),
  );
  return {
    size: pairs.length,
    async play(at, random, told) {
      const { row, face, stream } = pairs[at] as (typeof pairs)[number];
      told.push(`${row.id} ${row.name} · ${face.name}, ${stream ? 'stream' : 'whole'}`);
      const vary = (answer: RawAnswer) => {
        let varied = answer;
        for (let left = 1 + random.below(3); left > 0; left -= 1) {
          const variation = random.pick(answerVariations);
          const changed = variation.change(varied, random);
          if (changed !== undefined) told.push(variation.name);
          varied = changed ?? varied;
        }
        return varied;
      };
      const answers: typeof row.answers = (good, wire) => {
        const own = row.answers(good, wire);
        return Array.isArray(own) ? (own as readonly RawAnswer[]).map(vary) : vary(own as RawAnswer);
      };
      const answer = await play(bench, { ...row, answers }, face, stream);
      (stream ? checkStream : checkWhole)(row, face.wire, answer);
    },
    close: () => bench.rig.close(),
  };
}

/** What goes up is compared with what was sent, unless the row itself says what must. */
const mayBeDressed = (wanted: ContentExpectation) => !('ok' in wanted) || wanted.sent === undefined;

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
      const { headers, pieces } = dispatched(bytes, random, told);
      answer = contentAnswer(row, face);
      rig.upstream.forget();
      const whole = pieces.length === 1 ? new Uint8Array(pieces[0] ?? []) : ReadableStream.from(pieces);
      const half = { duplex: 'half' } as const;
      const reply = await rig.post(face.path, '', {
        headers: {
          authorization: `Bearer ${rawKey}`,
          'x-session-id': `${told.join(' ')} ${random.below(1e9)}`,
          ...headers,
        },
        body: whole,
        ...half,
      });
      checkContent(row, face, { reply, text: await reply.text(), bytes, requests: rig.upstream.requests });
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
  'bodies of requests': startBodyPlayer,
  'bytes of requests': startRequestPlayer,
};
