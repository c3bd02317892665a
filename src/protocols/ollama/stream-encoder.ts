/** Turns parts into the lines of `/api/chat` or `/api/generate`, each as a frame: the door writes them as lines. */
import { isObject } from '../../canonical/json-value.ts';
import type { BlockStart, StreamPart, TokenLogprob } from '../../canonical/stream-part.ts';
import type { TokenUsage } from '../../canonical/token-usage.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { parseExactLatin1Json, parseLatin1Json } from '../../framing/latin1-json.ts';
import { writeFrame } from '../../framing/server-sent-events.ts';
import { errorMessage } from '../error-message.ts';
import type { StreamEncoder, StreamEncoderOptions } from '../protocol.ts';
import { countsOf, lineForms, lineHead, type OllamaKind } from './answer-line.ts';
import { endingOf } from './finish-reason.ts';

export const createOllamaChatEncoder = (options: StreamEncoderOptions): StreamEncoder => createEncoder('chat', options);

export const createOllamaGenerateEncoder = (options: StreamEncoderOptions): StreamEncoder =>
  createEncoder('generate', options);

type CallStart = Extract<BlockStart, { kind: 'tool-call' }>;

interface OpenCall {
  readonly start: CallStart;
  readonly index: number;
  /** The bodies of the literals of its arguments. */
  input: string;
  isWhole: boolean;
}

/** What of an answer has no place in a line. */
const losses = {
  seal: 'Ollama has no member for sealed reasoning: its maker does not get it back.',
  annotation: 'Ollama has no citations.',
  call: 'A call has no place in the answer to /api/generate.',
  cutCall: 'A call that the limit cut has no whole arguments.',
  explanation: 'Why it was refused is not told.',
} as const;

function createEncoder(kind: OllamaKind, options: StreamEncoderOptions): StreamEncoder {
  const { write, report, createdAtS, tookMs } = options;
  const head = `data: ${lineHead(options.model, createdAtS)}`;
  const forms = lineForms[kind];
  const textHead = head + forms.text[0];
  const textTail = `${forms.text[1]}}\n\n`;
  const thinkingHead = head + forms.thinking[0];
  const thinkingTail = `${forms.thinking[1]}}\n\n`;
  const showsThinking = options.request.reasoning?.show !== false;
  const kinds = new Map<number, BlockStart['kind']>();
  /** In the order in which they opened, which is the one that is told. */
  const openCalls = new Map<number, OpenCall>();
  const reported = new Set<string>();
  let usage: TokenUsage | null = null;
  let calls = 0;
  let hasText = false;
  let brokenCall = false;
  let over = false;

  function lose(loss: keyof typeof losses) {
    if (reported.has(loss)) return;
    reported.add(loss);
    report({ rule: 'not-carried', reason: losses[loss] });
  }

  function open(start: BlockStart) {
    kinds.set(start.block, start.kind);
    if (start.kind !== 'tool-call') return;
    if (kind === 'generate') return lose('call');
    openCalls.set(start.block, { start, index: calls, input: '', isWhole: false });
    calls += 1;
  }

  function addDelta(block: number, literal: string) {
    if (literal === '""') return;
    switch (kinds.get(block)) {
      case 'text':
      case 'refusal':
        hasText = true;
        write(textHead + literal + textTail);
        break;
      case 'reasoning':
        if (showsThinking) write(thinkingHead + literal + thinkingTail);
        break;
      case 'tool-call': {
        const call = openCalls.get(block);
        if (call) call.input += literal.slice(1, -1);
        break;
      }
      case undefined:
    }
  }

  function close(block: number) {
    kinds.delete(block);
    const closed = openCalls.get(block);
    if (!closed) return;
    closed.isWhole = true;
    for (const [place, call] of openCalls) {
      if (!call.isWhole) return;
      openCalls.delete(place);
      tellCall(call);
    }
  }

  function tellCall({ start, index, input }: OpenCall) {
    const told = argumentsOf(input);
    if (told === null) {
      brokenCall = true;
      return;
    }
    const encoded = { id: start.callId, function: { index, name: start.name, arguments: told } };
    const message = JSON.stringify({ role: 'assistant', content: '', tool_calls: [encoded] });
    write(`${head}"message":${message},"done":false}\n\n`);
  }

  function tellLogprobs(tokens: readonly TokenLogprob[]) {
    const listed = tokens.map(({ top, ...token }) => ({ ...token, top_logprobs: top }));
    write(`${head}${forms.empty},"done":false,"logprobs":${JSON.stringify(listed)}}\n\n`);
  }

  function finish({ reason, explanation }: Extract<StreamPart, { type: 'finish' }>) {
    // What never ended ends with the answer.
    for (const call of openCalls.values()) tellCall(call);
    const ending = endingOf[reason];
    if (brokenCall && ending.reason !== 'length')
      throw new ProxyError(
        'upstream_invalid_response',
        'The model called a tool with arguments that are no JSON object.',
      );
    if (brokenCall) lose('cutCall');
    // An empty answer would look like a success with nothing to say.
    if (explanation !== null && hasText) lose('explanation');
    else if (explanation !== null) write(textHead + JSON.stringify(explanation) + textTail);
    if (ending.loss !== undefined) report({ rule: 'approximated', path: 'done_reason', reason: ending.loss });
    over = true;
    const counts = JSON.stringify(countsOf(usage, tookMs?.() ?? 0)).slice(1);
    write(`${head}${forms.empty},"done":true,"done_reason":"${ending.reason}",${counts}\n\n`);
  }

  return {
    push(part) {
      if (over) return;
      switch (part.type) {
        case 'start':
        case 'usage':
          usage = part.usage ?? usage;
          break;
        case 'block-start':
          open(part);
          break;
        case 'delta':
          addDelta(part.block, part.literal);
          break;
        case 'logprobs':
          tellLogprobs(part.tokens);
          break;
        case 'seal':
        case 'annotation':
          lose(part.type);
          break;
        case 'block-end':
          close(part.block);
          break;
        case 'finish':
          finish(part);
      }
    },
    failure(error) {
      if (over) return '';
      over = true;
      return writeFrame(JSON.stringify({ error: errorMessage(error) }));
    },
  };
}

/** Callers read arguments as an object, so what is none cannot be told (`decisions.md` 10). `body` is that of a literal. */
function argumentsOf(body: string): object | null {
  const json = String(parseLatin1Json(`"${body}"`));
  if (json.trim() === '') return {};
  const parsed = parseExactLatin1Json(json);
  return isObject(parsed) ? parsed : null;
}
