/** Counts a caller's request by our own tokenizer: whatever its protocol, the same text counts. */
import type { Model } from '../canonical/model.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { countedRequest } from '../tokens/count-request.ts';
import type { TokenCounter } from '../tokens/token-counter.ts';
import { clientCodecs } from './codecs.ts';
import type { RequestBody } from './request-body.ts';

/** Messages asks for a limit in every request but one that is only counted. */
const noLimit = { max_tokens: 1 };

export interface CountedBody {
  /** Images, documents or audio are in it: constants, and no ground to learn from. */
  readonly hasMedia: boolean;
  /** Has it counted. Holds the text of the prompt, and nothing else of the request. */
  readonly tokens: () => Promise<number>;
}

/** Errors: `invalid_request` of the protocol's decoder, `unsupported_endpoint`. */
export function countBody(
  counter: Pick<TokenCounter, 'count'>,
  protocol: ProtocolId,
  { view }: Pick<RequestBody, 'view'>,
  { tokenizer }: Pick<Model, 'tokenizer'>,
): CountedBody {
  const codec = clientCodecs[protocol];
  if (codec === undefined) throw new ProxyError('unsupported_endpoint', 'Nothing counts the tokens of this protocol.');
  const { text, fixedTokens, hasMedia } = countedRequest(codec.decodeRequest({ ...noLimit, ...view }, () => undefined));
  // Other tokenizers than these two are no public ones: the factor brings the count near to them.
  const name = tokenizer === 'cl100k_base' ? tokenizer : 'o200k_base';
  return { hasMedia, tokens: async () => (await counter.count(name, text)) + fixedTokens };
}
