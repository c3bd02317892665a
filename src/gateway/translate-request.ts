/** A caller's request in the words of another endpoint: decoded, adapted, encoded; and what it takes to come back. */
import { shortHash } from '../canonical/fit-id.ts';
import { isObject, type JsonObject } from '../canonical/json-value.ts';
import type { ModelRequest } from '../canonical/model-request.ts';
import { isReasoningGpt, type Model } from '../canonical/model.ts';
import type { Endpoint, ProtocolId } from '../canonical/protocol-id.ts';
import type { RequestEdit } from '../canonical/request-edit.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { holdsLongInteger, parseExactLatin1Json } from '../framing/latin1-json.ts';
import { adaptRequest, type Restoration } from '../translation/adapt-request.ts';
import { familyOf, type SealOwner } from '../translation/sealed-envelope.ts';
import { clientCodecs, upstreamCodecs } from './codecs.ts';
import type { RequestBody } from './request-body.ts';

/** What the way back needs of a translated request. Nothing of the conversation: answers may take minutes. */
export interface ReturnWay {
  readonly client: ProtocolId;
  readonly restoration: Restoration;
  readonly request: ModelRequest;
  readonly owner: SealOwner;
}

export interface TranslatedRequest {
  /** The body in the endpoint's words, before its rules. */
  readonly body: RequestBody;
  readonly edits: readonly RequestEdit[];
  readonly returnWay: ReturnWay;
}

export interface TranslateInput {
  readonly client: ProtocolId;
  readonly endpoint: Endpoint;
  readonly model: Model;
  readonly body: RequestBody;
  readonly accountName: string;
  readonly session: string;
}

/** Errors: `unsupported_endpoint` for a pair that nobody translates, `invalid_request`. */
export function translateRequest(input: TranslateInput): TranslatedRequest {
  const { client, endpoint, model, session } = input;
  const callers = clientCodecs[client];
  const upstreams = upstreamCodecs[endpoint];
  if (!callers || !upstreams) {
    const message = `model '${model.id}' has ${endpoint} only, which cannot be reached through this protocol.`;
    throw new ProxyError('unsupported_endpoint', message, { param: 'model' });
  }
  const edits: RequestEdit[] = [];
  const report = (edit: RequestEdit) => void edits.push(edit);
  const owner = { family: familyOf(model, endpoint), accountTag: shortHash(input.accountName).slice(0, 8) };
  const decoded = callers.decodeRequest(exactView(input.body), report);
  const { request, restoration } = adaptRequest(decoded, {
    client,
    endpoint,
    owner,
    session,
    isReasoningGpt: isReasoningGpt(model),
    report,
  });
  refuseSilence(request, client);
  const view = upstreams.encodeRequest(request, { model, report });
  const text = JSON.stringify(view);
  return {
    body: {
      // Most bodies are edited by a rule, and then only the edited text is written.
      get bytes() {
        return Buffer.from(text, 'latin1');
      },
      text,
      view,
      hadByteOrderMark: false,
      repeatedKeys: [],
    },
    edits,
    returnWay: { client, restoration, request: { ...decoded, items: [] }, owner },
  };
}

/** An upstream would refuse it too, in the words of a protocol that the caller does not speak. */
function refuseSilence({ items }: ModelRequest, client: ProtocolId) {
  const says = items.some(
    (item) => item.kind !== 'message' || item.parts.some((part) => part.kind !== 'text' || part.text !== ''),
  );
  if (says) return;
  const param = conversationIn[client];
  throw new ProxyError('invalid_request', `${param}: nothing is said in it.`, { param });
}

/** Where each protocol's callers say something. */
const conversationIn: Readonly<Record<ProtocolId, string>> = {
  'openai-chat': 'messages',
  'openai-completions': 'prompt',
  'openai-responses': 'input',
  'anthropic-messages': 'messages',
  gemini: 'contents',
  ollama: 'messages',
  'ollama-generate': 'prompt',
};

/** On this lane JSON becomes objects and text again, so no digit may be lost on the way. */
function exactView({ text, view }: RequestBody): JsonObject {
  if (!holdsLongInteger(text)) return view;
  const exact = parseExactLatin1Json(text);
  return isObject(exact) ? exact : view;
}
