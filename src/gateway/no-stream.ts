/** What it means that one JSON document came where a stream was asked for: most often an error under a 200. */
import { isObject, parseJson } from '../canonical/json-value.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { parseInBandError } from '../upstream/copilot/errors.ts';

export function documentForStream(document: Buffer): ProxyError {
  const payload = parseJson(document.toString('utf8'));
  return isObject(payload) && (payload['error'] != null || payload['message'] != null)
    ? parseInBandError(payload)
    : notAStream();
}

export function notAStream(): ProxyError {
  return new ProxyError('upstream_invalid_response', 'The upstream answered a stream with a single document.');
}
