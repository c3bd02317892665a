/** A caller's body as the rest of the gateway reads it: with what the URL says, and what its protocol means unsaid. */
import type { JsonObject } from '../canonical/json-value.ts';
import type { RequestEdit } from '../canonical/request-edit.ts';
import { editJson, type JsonEdit } from '../framing/json-text.ts';
import { decodeGeminiCount } from '../protocols/gemini/count-tokens.ts';
import { loadAnswer, type LoadKind } from '../protocols/ollama/load-answer.ts';
import { embeddingsWords } from './foreign-embeddings.ts';
import type { InferenceRoute } from './gateway.ts';
import type { RequestBody } from './request-body.ts';

export interface AskedBody {
  readonly body: RequestBody;
  readonly edits: readonly RequestEdit[];
  /** What is answered without asking anybody, as a view: the caller only wants a model loaded. */
  readonly loaded: JsonObject | null;
}

const loadKinds: ReadonlyMap<string, LoadKind> = new Map([
  ['/api/chat', 'chat'],
  ['/api/generate', 'generate'],
  ['/api/embed', 'embed'],
  ['/api/embeddings', 'embeddings'],
]);

/** Errors: `invalid_request` of what asks for embeddings. */
export function readAsked(route: InferenceRoute, told: RequestBody, nowS: number): AskedBody {
  const body = withWordsOutside(route, told);
  const loads = loadKinds.get(route.path);
  const loaded = loads === undefined ? undefined : loadAnswer(body.view, loads, nowS);
  if (loaded !== undefined) return { body, edits: [], loaded };
  const edits: RequestEdit[] = [];
  const words = embeddingsWords.get(route.path);
  if (words)
    return {
      body: bodyOf(
        words.decode(body.view, (edit) => void edits.push(edit)),
        body,
      ),
      edits,
      loaded: null,
    };
  const isForeignCount = route.protocol === 'gemini' && route.operation === 'count-tokens';
  return { body: isForeignCount ? bodyOf(decodeGeminiCount(body.view), body) : body, edits, loaded: null };
}

/**
 * The model of the URL, and whether it streams. What this adds goes nowhere: such protocols are always translated, and
 * their decoders know these two members.
 */
function withWordsOutside(route: InferenceRoute, body: RequestBody): RequestBody {
  const says = saidOutside(route, body.view);
  if (says === null) return body;
  const edits = Object.entries(says).map(([key, value]): JsonEdit => ({ op: 'set', path: [key], value }));
  let text: string | undefined;
  // Few read it: what goes up is written from the view, but for numbers that no view holds.
  const textOf = () => (text ??= editJson(body.text, edits));
  return {
    ...body,
    view: { ...body.view, ...says },
    get text() {
      return textOf();
    },
    get bytes() {
      return Buffer.from(textOf(), 'latin1');
    },
  };
}

function saidOutside({ urlSays, streamsByDefault, operation }: InferenceRoute, view: JsonObject): JsonObject | null {
  if (urlSays) return { model: Buffer.from(urlSays.model).toString('latin1'), stream: urlSays.stream };
  const isUnsaid = view['stream'] === undefined || view['stream'] === null;
  return streamsByDefault === true && operation === 'generate' && isUnsaid ? { stream: true } : null;
}

function bodyOf(view: JsonObject, { hadByteOrderMark }: RequestBody): RequestBody {
  const text = JSON.stringify(view);
  return { bytes: Buffer.from(text, 'latin1'), text, view, hadByteOrderMark, repeatedKeys: [] };
}
