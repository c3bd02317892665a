/** A request that is asked about and not made: `{path, headers?, body}` of `/crossfeed/v1/preview` and `/estimate`. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../canonical/caller.ts';
import { isObject, parseJson, type JsonObject } from '../canonical/json-value.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import { ProxyError, toProxyError } from '../errors/proxy-error.ts';
import { memberText } from '../framing/json-text.ts';
import type { GatewayRequest } from '../gateway/gateway.ts';
import { errorEncoders } from '../protocols/error-encoders.ts';
import type { DoorReply } from './error-reply.ts';
import { altFault } from './gemini-routes.ts';
import { parseTarget } from './request-target.ts';
import { findInference } from './routes.ts';

export interface DryRequest {
  /** As JSON. */
  readonly bytes: Buffer;
  readonly caller: Caller;
  readonly exchangeId: string;
  /** Whose shape an error takes before the path is known. */
  readonly shape: ProtocolId;
}

/** Never rejects: what the request would be refused for is answered in the shape of its own path. */
export async function answerDry(
  { bytes, caller, exchangeId, shape: ownShape }: DryRequest,
  answer: (request: GatewayRequest) => Promise<string>,
): Promise<DoorReply> {
  let shape = ownShape;
  try {
    const asked = parseJson(bytes.toString('utf8'));
    if (!isObject(asked)) throw new ProxyError('invalid_json', 'This takes {"path", "headers"?, "body"} as JSON.');
    const { path, query } = parseTarget(typeof asked['path'] === 'string' ? asked['path'] : '/');
    const route = findInference(path, query);
    if (!route) throw new ProxyError('invalid_request', 'path: must be a path like /v1/messages.', { param: 'path' });
    shape = route.protocol;
    const fault = altFault(route, query);
    if (fault) throw fault;
    const body = bodyOf(asked, bytes);
    const headers = headersOf(asked['headers']);
    const reply = await answer({ route, headers, body, caller, exchangeId });
    return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: `${reply}\n` };
  } catch (thrown) {
    return errorEncoders[shape].encodeError(toProxyError(thrown), exchangeId);
  }
}

/** A text goes as it is, so that a body can be looked at that is no JSON; anything else with the bytes it came in. */
function bodyOf({ body }: JsonObject, bytes: Buffer): Buffer {
  if (body === undefined) throw new ProxyError('invalid_request', 'body: is required.', { param: 'body' });
  if (typeof body === 'string') return Buffer.from(body);
  return Buffer.from(memberText(bytes.toString('latin1'), 'body') ?? '', 'latin1');
}

function headersOf(value: unknown): IncomingHttpHeaders {
  if (value === undefined || value === null) return {};
  const entries = isObject(value) ? Object.entries(value) : undefined;
  if (!entries?.every(([, text]) => typeof text === 'string'))
    throw new ProxyError('invalid_request', 'headers: must be an object of texts.', { param: 'headers' });
  return Object.fromEntries(entries.map(([name, text]) => [name.toLowerCase(), String(text)]));
}
