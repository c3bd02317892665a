/** Turns parts into a Gemini stream: chunks that hold whole parts, the last of them with a finish reason. */
import type { Annotation } from '../../canonical/content.ts';
import type { BlockStart, StreamPart, TokenLogprob } from '../../canonical/stream-part.ts';
import type { TokenUsage } from '../../canonical/token-usage.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import type { SealedEntry, StreamEncoder, StreamEncoderOptions } from '../protocol.ts';
import { encodeGeminiLogprobs, encodeGrounding } from './candidate-extras.ts';
import { geminiErrorBody } from './error.ts';
import { endingFor } from './finish-reason.ts';
import { createHeldCalls, type HeldCall } from './held-calls.ts';
import { usageMembers } from './usage.ts';

type BlockKind = BlockStart['kind'];

export function createGeminiStreamEncoder(options: StreamEncoderOptions): StreamEncoder {
  const { write, mint, seal, report, request } = options;
  const showsThoughts = request.reasoning?.show === true;
  const identity = `,"modelVersion":${JSON.stringify(options.model)},"responseId":"${mint('response', 0)}"`;
  const head = 'data: {"candidates":[{"content":{"role":"model","parts":[';
  const kinds = new Map<number, BlockKind>();
  /** How many texts and calls were told before a block of reasoning. */
  const places = new Map<number, number>();
  const calls = createHeldCalls();
  /** Seals that wait for a call to stand on, or for the end. */
  let seals: SealedEntry[] = [];
  const citations: Annotation[] = [];
  let logprobs: TokenLogprob[] = [];
  let usage: TokenUsage | null = null;
  /** What follows the candidate in every chunk. */
  let outer = `${identity}}\r\n\r\n`;
  /** Clients join texts in a row, so those count once: places are told in what comes back. */
  let said = 0;
  let lastSaid: 'text' | 'call' | null = null;
  let refusalShown = false;
  let citationLost = false;
  let over = false;

  function takeUsage(told: TokenUsage | null) {
    if (told === null) return;
    usage = told;
    outer = `${usageMembers(usage)}${identity}}\r\n\r\n`;
  }

  /** `parts` and `beside` are JSON text: the parts, and further members of the candidate. */
  function chunk(parts: string, beside = '') {
    write(`${head}${parts}]},"index":0${likelihoods()}${beside}}]${outer}`);
  }

  function likelihoods(): string {
    if (logprobs.length === 0) return '';
    const told = `,"logprobsResult":${JSON.stringify(encodeGeminiLogprobs(logprobs))}`;
    logprobs = [];
    return told;
  }

  function addDelta({ block, literal }: Extract<StreamPart, { type: 'delta' }>) {
    if (literal === '""' || calls.add(block, literal)) return;
    const kind = kinds.get(block);
    if (kind === 'reasoning') {
      if (showsThoughts) chunk(`{"text":${literal},"thought":true}`);
      return;
    }
    if (kind === undefined) return;
    if (kind === 'refusal') refusalShown = true;
    for (const call of calls.take()) tellCall(call);
    if (lastSaid !== 'text') said += 1;
    lastSaid = 'text';
    chunk(`{"text":${literal}}`);
  }

  function tellCall({ json, sealed }: HeldCall) {
    const entries = sealed === null ? seals : [...seals, { ...sealed, at: said }];
    seals = [];
    said += 1;
    lastSaid = 'call';
    chunk(`{"functionCall":${json}${signature(entries)}}`);
  }

  function addSeal({ block, sealed }: Extract<StreamPart, { type: 'seal' }>) {
    // Copilot's Chat seals an answer as a whole, and wants it back in one message.
    const at = sealed.kind === 'opaque' ? 0 : (places.get(block) ?? said);
    seals.push({ ...sealed, at });
  }

  /** SDKs with types take it for bytes. */
  function signature(entries: readonly SealedEntry[]): string {
    if (entries.length === 0) return '';
    return `,"thoughtSignature":"${Buffer.from(seal(entries), 'latin1').toString('base64')}"`;
  }

  function annotate(annotation: Annotation) {
    if (annotation.kind === 'url') citations.push(annotation);
    const isWhole = annotation.kind === 'url' && annotation.start === null && annotation.citedText === null;
    if (isWhole || citationLost) return;
    citationLost = true;
    report({ rule: 'approximated', path: 'candidates', reason: 'Of citations only the addresses of pages are told.' });
  }

  function finish({ reason, explanation }: Extract<StreamPart, { type: 'finish' }>) {
    const rest = calls.end();
    // A call that the limit cut is as unfinished as the answer says.
    if (rest.broken > 0) {
      if (reason !== 'length' && reason !== 'context-window') throw brokenCall();
      report({ rule: 'not-carried', path: 'candidates', reason: 'A call that the output limit cut is not told.' });
    }
    for (const call of rest.calls) tellCall(call);
    const ending = endingFor(reason, refusalShown);
    if (ending.loss !== undefined) report({ rule: 'approximated', path: 'finishReason', reason: ending.loss });
    const message = explanation === null ? '' : `,"finishMessage":${JSON.stringify(explanation)}`;
    const grounding =
      citations.length === 0 ? '' : `,"groundingMetadata":${JSON.stringify(encodeGrounding(citations))}`;
    // Nothing was said at all: clients look for why the prompt was blocked.
    if (ending.reason === 'SAFETY' && lastSaid === null) outer = `,"promptFeedback":{"blockReason":"SAFETY"}${outer}`;
    chunk(`{"text":""${signature(seals)}}`, `,"finishReason":"${ending.reason}"${message}${grounding}`);
    over = true;
  }

  return {
    push(part) {
      if (over) return;
      switch (part.type) {
        case 'start':
        case 'usage':
          takeUsage(part.usage);
          break;
        case 'block-start':
          kinds.set(part.block, part.kind);
          if (part.kind === 'tool-call') calls.open(part);
          else if (part.kind === 'reasoning') places.set(part.block, said + calls.count);
          break;
        case 'delta':
          addDelta(part);
          break;
        case 'seal':
          if (!calls.seal(part.block, part.sealed)) addSeal(part);
          break;
        case 'annotation':
          annotate(part.annotation);
          break;
        case 'logprobs':
          logprobs.push(...part.tokens);
          break;
        case 'block-end':
          calls.close(part.block);
          kinds.delete(part.block);
          break;
        case 'finish':
          finish(part);
      }
    },
    failure(error) {
      if (over) return '';
      over = true;
      return `data: ${JSON.stringify(geminiErrorBody(error))}\r\n\r\n${failedEnd}`;
    },
  };
}

/**
 * Google's SDK reads errors within a stream from 2.x on: 1.x would take this end for a good one, but throws for what
 * stands open behind the last event (`test/second/older-genai.test.ts`). To all others it is an event that never came; a
 * comment it may not be, which some clients cannot read.
 */
const failedEnd = 'event: error\r\n';

/** Callers of Gemini read arguments as an object, so what is none cannot be told (`decisions.md` 10). */
function brokenCall(): ProxyError {
  return new ProxyError('upstream_invalid_response', 'The model called a tool with arguments that are no JSON object.');
}
