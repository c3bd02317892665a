/** The calls about models that are no model calls: the list, and the acceptance of a model's terms. */
import { ProxyError } from '../../errors/proxy-error.ts';
import type { UpstreamReceiver } from '../upstream.ts';
import type { CallRequest, RunningCall } from './call.ts';
import { collectText } from './collect-text.ts';

/** Starts one call; returns what ends it, or null where it never began. */
export type StartCall = (request: CallRequest, receiver: UpstreamReceiver) => RunningCall | null;

/** A list is small, and nobody waits ten minutes for it. */
const headMs = 30_000;
const maxDecodedBytes = 8 * 1024 * 1024;

const plainCall = { stream: false, initiator: null, hasImages: false, headers: {}, headMs, maxDecodedBytes } as const;

/** The body of `GET /models`. Rejects with a `ProxyError`. */
export function fetchCatalogue(start: StartCall, exchangeId: string): Promise<string> {
  return collectText(maxDecodedBytes, (receiver) =>
    start({ ...plainCall, method: 'GET', path: '/models', body: null, exchangeId }, receiver),
  );
}

/** Accepts the terms of `modelId` in the user's name. Rejects with a `ProxyError`. */
export async function acceptTerms(start: StartCall, modelId: string, exchangeId: string): Promise<void> {
  const path = `/models/${encodeURIComponent(modelId)}/policy`;
  const body = Buffer.from('{"state":"enabled"}');
  try {
    await collectText(maxDecodedBytes, (receiver) =>
      start({ ...plainCall, method: 'POST', path, body, exchangeId }, receiver),
    );
  } catch (thrown) {
    // For a model call an answer without content is none; here it is a plain yes.
    if (thrown instanceof ProxyError && thrown.upstreamStatus === 204) return;
    throw thrown;
  }
}
