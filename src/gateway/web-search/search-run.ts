/** One answer with searches in it: step by step, each an exchange of its own, until the model has said what it has to say. */
import type { Clock, Timer } from '../../base/clock.ts';
import { objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { SearchOutcome, SearchWay } from '../../canonical/web-search.ts';
import type { WebSearchConfig } from '../../config/config.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { createFrameSplitter, readFrame } from '../../framing/server-sent-events.ts';
import { parseExactJson } from '../../framing/latin1-json.ts';
import { errorEncoders } from '../../protocols/error-encoders.ts';
import type { AnswerOutput } from '../answer-output.ts';
import type { Gateway, GatewayRequest } from '../gateway.ts';
import { utf8Text } from '../latin1-view.ts';
import { heartbeatOf } from '../stream-watches.ts';
import { keepsDomains } from './keeps-domains.ts';
import type { AnswerWeaver, SearchCall, SearchTerms } from './search-face.ts';
import { createInnerOutput, type InnerOutput } from '../inner-output.ts';

export interface SearchRunOptions {
  readonly gateway: Pick<Gateway, 'answer'>;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly settings: Pick<WebSearchConfig, 'maxUses' | 'maxResults'>;
  readonly heartbeatMs: number;
  readonly maxEventBytes: number;
  /** Hears why a search failed; neither query nor key is in it. */
  readonly onProblem: (problem: string, detail: string | undefined) => void;
}

export interface SearchedAnswer {
  /** The request of the first step, changed already. */
  readonly request: GatewayRequest;
  readonly session: string;
  readonly output: AnswerOutput;
  readonly weaver: AnswerWeaver;
  readonly terms: SearchTerms;
  readonly way: SearchWay;
  readonly stream: boolean;
  readonly onEnd: () => void;
}

export interface SearchRun {
  /** No exchange is open: a search is under way, or begins. */
  readonly isBetween: boolean;
  /** The step that is under way; undefined between steps. */
  readonly stepId: string | undefined;
  giveUp(error: ProxyError): void;
}

export function startSearchRun(options: SearchRunOptions, answer: SearchedAnswer): SearchRun {
  const { gateway, clock, settings } = options;
  const { request, output, weaver, terms, stream } = answer;
  const { exchangeId } = request;
  const encoder = errorEncoders[request.route.protocol];
  const heartbeat = heartbeatOf[request.route.protocol];
  const stopped = new AbortController();
  const maxUses = Math.min(terms.maxUses, settings.maxUses);
  let uses = 0;
  let isOver = false;
  let step: InnerOutput | undefined;
  let stepId: string | undefined;
  let head: readonly [number, Readonly<Record<string, string | number>>] | undefined;
  let beat: Timer | undefined;
  const { socket } = output;

  function end() {
    if (isOver) return;
    isOver = true;
    beat?.cancel();
    output.off('close', left);
    socket?.off('end', left);
    stopped.abort();
    answer.onEnd();
  }

  function left() {
    if (isOver) return;
    const running = step;
    end();
    running?.leave();
    output.destroy();
  }

  function fail(error: ProxyError) {
    if (isOver) return;
    if (output.headersSent) {
      output.write(weaver.failure(error, exchangeId));
      output.end();
    } else {
      const { status, headers, body } = encoder.encodeError(error, exchangeId);
      output.writeHead(status, { ...head?.[1], ...headers, 'content-length': Buffer.byteLength(body) });
      output.end(body);
    }
    end();
  }

  /** Nothing else goes down while a search is made and the next step begins. */
  function beatOn() {
    beat?.cancel();
    if (heartbeat === null || !stream) return;
    beat = clock.after(options.heartbeatMs, () => {
      if (isOver) return;
      output.write(heartbeat);
      beatOn();
    });
  }

  /** Resolves when the step's answer has come to its end; false where the caller's answer ended with it. */
  function takeStep(view: JsonObject | null): Promise<boolean> {
    return new Promise((resolve) => {
      const isFirst = view === null;
      const id = isFirst ? exchangeId : options.newId();
      let status = 0;
      let headers: Readonly<Record<string, string | number>> = {};
      const body: Buffer[] = [];
      let ready: (Buffer | string)[] = [];
      const isStream = () => stream && status < 400;
      const splitter = createFrameSplitter(options.maxEventBytes, (text, bytes, start, stop) => {
        const { event, data, hasData } = readFrame(text, start, stop);
        const told = hasData ? weaver.frame(event, objectOf(parseExactJson(utf8Text(data))), data) : undefined;
        // Heartbeats of a later step are as good as those of the first.
        if (told === undefined) ready.push(bytes.subarray(start, stop));
        else if (told !== '') ready.push(told);
      });

      function data(bytes: Buffer | string): boolean {
        if (isOver) return true;
        if (!isStream()) {
          body.push(Buffer.from(bytes));
          return true;
        }
        splitter.push(Buffer.from(bytes));
        if (ready.length === 0) return true;
        const whole = Buffer.concat(ready.map((part) => Buffer.from(part)));
        ready = [];
        beat?.cancel();
        return output.write(whole);
      }

      function over(isWhole: boolean) {
        step = undefined;
        stepId = undefined;
        if (isOver) return resolve(false);
        if (!isWhole) {
          // The upstream call was ended from elsewhere, and nobody waits for the rest.
          output.destroy();
          end();
        } else if (status >= 400) refuse(status, headers, Buffer.concat(body).toString('utf8'));
        else if (!stream) weaver.whole(objectOf(parseExactJson(Buffer.concat(body).toString('utf8'))));
        resolve(!isOver);
      }

      stepId = id;
      const taken = createInnerOutput({
        head(code, said) {
          status = code;
          headers = said;
          head ??= [code, said];
          if (isFirst && isStream()) output.writeHead(code, said);
        },
        flush: () => void (isFirst && output.flushHeaders?.()),
        data,
        onDrain: (listener) => void output.once('drain', listener),
        over,
      });
      step = taken;
      gateway.answer(
        isFirst
          ? request
          : {
              ...request,
              exchangeId: id,
              body: Buffer.from(JSON.stringify(view)),
              madeFor: {
                parentId: exchangeId,
                kind: 'web-search-answer',
                session: answer.session,
                answerId: weaver.answerId,
              },
            },
        taken,
      );
    });
  }

  /** A step that was refused: the first one's refusal is the answer, a later one's ends it. */
  function refuse(status: number, headers: Readonly<Record<string, string | number>>, body: string) {
    if (output.headersSent) {
      output.write(weaver.refusal(body));
      output.end();
    } else {
      output.writeHead(status, { ...headers, 'x-crossfeed-exchange': exchangeId });
      output.end(body);
    }
    end();
  }

  async function search({ query }: SearchCall): Promise<SearchOutcome> {
    if (query === '') return { problem: 'invalid_tool_input' };
    if (uses >= maxUses) return { problem: 'max_uses_exceeded' };
    uses += 1;
    const { allowedDomains, blockedDomains, userLocation } = terms;
    const asked = { query, allowedDomains, blockedDomains, userLocation, maxResults: settings.maxResults };
    const outcome = await answer.way(asked, stopped.signal);
    if ('entries' in outcome) {
      const kept = outcome.entries.filter(({ url }) => keepsDomains(url, terms));
      return { entries: kept.slice(0, settings.maxResults) };
    }
    if (!isOver) options.onProblem(outcome.problem, outcome.detail);
    return outcome;
  }

  /** True where the model goes on with what was found. */
  async function searchAll(calls: readonly SearchCall[]): Promise<boolean> {
    if (stream) tellNow(calls.map((call) => weaver.begin(call)));
    beatOn();
    const outcomes = await Promise.all(calls.map(search));
    if (isOver) return false;
    const told = calls.map((call, index) => weaver.tell(call, outcomes[index] ?? { problem: 'unavailable' }));
    if (stream) tellNow(told);
    return weaver.goesOn;
  }

  function tellNow(frames: readonly string[]) {
    const text = frames.join('');
    if (text !== '') output.write(text);
  }

  function finish() {
    if (stream) {
      output.write(weaver.ending());
      output.end();
    } else {
      const body = JSON.stringify(weaver.answer());
      const [status, headers] = head ?? [200, {}];
      output.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
      output.write(body);
      output.end();
    }
    end();
  }

  async function run() {
    let view: JsonObject | null = null;
    // Every round is paid for: also those whose searches could not be made are counted.
    for (let round = 1, isLast = false; ; round += 1) {
      // Each step is asked with what the one before it found.
      // oxlint-disable-next-line no-await-in-loop
      if (!(await takeStep(view))) return;
      const calls = weaver.endStep();
      // It ended with an error of its own, which has gone down.
      if (calls === null) {
        output.end();
        return end();
      }
      // oxlint-disable-next-line no-await-in-loop
      if (calls.length === 0 || !(await searchAll(calls)) || isLast) {
        if (!isOver) finish();
        return;
      }
      isLast = uses >= maxUses || round >= maxUses;
      view = weaver.nextRequest(isLast);
    }
  }

  output.on('close', left);
  output.on('error', () => undefined);
  // A half-closed client cannot be told from one that left (`decisions.md` 6).
  socket?.on('end', left);
  run().catch((thrown: unknown) =>
    fail(new ProxyError('internal_error', 'The search could not be told.', { cause: thrown })),
  );

  return {
    get isBetween() {
      return stepId === undefined && !isOver;
    },
    get stepId() {
      return stepId;
    },
    giveUp: fail,
  };
}
