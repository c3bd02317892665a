/** The state of Responses: a request that goes on from a kept response gets its whole input, and its answer is kept. */
import type { JsonObject } from '../canonical/json-value.ts';
import type { RequestEdit } from '../canonical/request-edit.ts';
import type { ResponseKeeping } from '../canonical/stored-response.ts';
import type { LimitsConfig } from '../config/config.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { editJson } from '../framing/json-text.ts';
import { holdsLongInteger, parseExactLatin1Json } from '../framing/latin1-json.ts';
import { compactPath, compactRequest } from './compact-endpoint.ts';
import type { InferenceRoute } from './gateway.ts';
import { namesItems, withNamedItems, type ItemIndex } from './item-index.ts';
import { createResponseKeeper, type ResponseKeeper } from './keep-response.ts';
import { utf8Text } from './latin1-view.ts';
import { openCompactions } from './open-compactions.ts';
import { readRequestBody, type RequestBody } from './request-body.ts';
import type { ResponseStore } from './response-store.ts';
import { chainOf, conversationOf } from './stored-input.ts';

export interface OpenedRequest {
  /** With the whole input, and without words about what is kept. */
  readonly body: RequestBody;
  readonly edits: readonly RequestEdit[];
  /** Null where nothing is kept, and nothing is to be said of it. */
  readonly keeper: ResponseKeeper | null;
}

export interface OpenConversationDeps {
  readonly store: ResponseStore | undefined;
  readonly items: ItemIndex | undefined;
  readonly limits: Pick<LimitsConfig, 'maxBodyBytes' | 'maxJsonDepth' | 'maxJsonKeysPerObject'>;
}

const goneOn: RequestEdit = {
  rule: 'previous-response',
  reason: 'The upstream keeps no responses: what was said before is put in front of the input.',
  path: 'previous_response_id',
};

const named: RequestEdit = {
  rule: 'item-reference',
  reason: 'The upstream keeps no items: those that are named are put in their place.',
  path: 'input',
};

/** Errors: `previous_response_not_found`, `invalid_request`, `request_too_large`. */
export function openConversation(
  deps: OpenConversationDeps,
  route: InferenceRoute,
  body: RequestBody,
  keyId: string,
): OpenedRequest {
  if (route.protocol !== 'openai-responses' || route.operation !== 'generate') return { body, edits: [], keeper: null };
  const whole = goOn(deps, body, keyId);
  const compact = route.path === compactPath ? compactRequest(whole.body) : null;
  const { body: opened, edits } = openCompactions(compact?.body ?? whole.body);
  return {
    body: opened,
    edits: [...whole.edits, ...(compact?.edits ?? []), ...edits],
    keeper: compact?.keeper ?? whole.keeper,
  };
}

/** With everything that was said before the request, where it goes on from a kept response. */
function goOn({ store, items, limits }: OpenConversationDeps, body: RequestBody, keyId: string): OpenedRequest {
  if (store === undefined || items === undefined) return { body, edits: [], keeper: null };
  const { view } = body;
  const previousId = previousOf(view);
  const keeping = keepingOf(view);
  const isNaming = namesItems(view['input']);
  if (previousId === null && keeping === null && !isNaming) return { body, edits: [], keeper: null };
  const asSaid = ownItems(body);
  const own = isNaming ? withNamedItems(asSaid, (id) => items.find(keyId, id)) : asSaid;
  const edits = isNaming ? [named] : [];
  const withOwn = () => (isNaming ? wholeBody(body, own, limits) : body);
  if (previousId === null && keeping === null) return { body: withOwn(), edits, keeper: null };
  const keeper = createResponseKeeper({
    store,
    items,
    keyId,
    previousId,
    keeping,
    input: keeping === null ? '' : JSON.stringify(own),
    says: {
      ...(previousId === null ? {} : { previous_response_id: Buffer.from(previousId).toString('latin1') }),
      ...(keeping === 'disk' ? { store: true } : {}),
    },
  });
  if (previousId === null) return { body: withOwn(), edits, keeper };
  const before = conversationOf(chainOf(store, keyId, previousId));
  return { body: wholeBody(body, [...before, ...own], limits), edits: [goneOn, ...edits], keeper };
}

function previousOf({ previous_response_id: id, conversation }: JsonObject): string | null {
  if (id === undefined || id === null) return null;
  const param = 'previous_response_id';
  if (typeof id !== 'string' || id === '') throw malformed(param, 'the id of a response is expected.');
  if (conversation != null) throw malformed(param, 'it cannot stand beside conversation.');
  return utf8Text(id);
}

/** The vendor keeps what nobody spoke of; here that is kept too, though not on disk. */
function keepingOf({ store }: JsonObject): ResponseKeeping | null {
  if (store === undefined || store === null) return 'memory';
  return store === true ? 'disk' : null;
}

/** The request's own items, each as it came but for the spaces between; a bare text is what a user said. */
function ownItems({ text, view }: RequestBody): readonly unknown[] {
  const { input } = view;
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: input }];
  if (!Array.isArray(input)) return [];
  const exact = holdsLongInteger(text) ? (parseExactLatin1Json(text) as JsonObject)['input'] : input;
  return exact as readonly unknown[];
}

function wholeBody(body: RequestBody, input: readonly unknown[], limits: OpenConversationDeps['limits']): RequestBody {
  const edits = [
    { op: 'remove', path: ['previous_response_id'] },
    { op: 'set', path: ['input'], value: input },
  ] as const;
  const bytes = Buffer.from(editJson(body.text, edits, body.repeatedKeys), 'latin1');
  if (bytes.length > limits.maxBodyBytes) {
    const message = `With what was said before, the input is larger than ${limits.maxBodyBytes} bytes: compact it, or begin anew.`;
    throw new ProxyError('request_too_large', message, { param: 'previous_response_id' });
  }
  const { hadByteOrderMark, repeatedKeys } = body;
  return { ...readRequestBody(bytes, limits), hadByteOrderMark, repeatedKeys };
}

function malformed(param: string, message: string): ProxyError {
  return new ProxyError('invalid_request', `${param}: ${message}`, { param });
}
