/** Brings an embeddings request into the one form that Copilot takes: a list of texts, answered in numbers. */
import type { JsonObject } from '../canonical/json-value.ts';
import type { Model } from '../canonical/model.ts';
import type { RequestEdit } from '../canonical/request-edit.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { editJson, type JsonEdit } from '../framing/json-text.ts';
import { parseLatin1Json } from '../framing/latin1-json.ts';
import type { TokenizerName } from '../tokens/rank-table.ts';
import type { RequestBody } from './request-body.ts';

/** Turns tokens of the model's own tokenizer back into the text they stand for. */
export type DecodeTokens = (tokenizer: TokenizerName, tokens: readonly number[]) => Promise<string>;

/** The tokenizer of the embeddings models where the catalogue says nothing (`decisions.md` 44). */
const defaultTokenizer: TokenizerName = 'cl100k_base';

export interface EmbeddingsInput {
  readonly body: RequestBody;
  readonly edits: readonly RequestEdit[];
  readonly asBase64: boolean;
}

/** Errors: `invalid_request`. */
export async function readEmbeddingsInput(
  body: RequestBody,
  model: Model | undefined,
  decode: DecodeTokens,
): Promise<EmbeddingsInput> {
  const { view } = body;
  const changes: (JsonEdit & { readonly rule: string; readonly reason: string })[] = [];
  const tokenizer = model?.tokenizer === 'o200k_base' ? 'o200k_base' : defaultTokenizer;
  const input = await textsOf(view, (tokens) => decode(tokenizer, tokens));
  if (input !== undefined) {
    const reason = 'Copilot embeds a list of texts, not one text and not token arrays.';
    changes.push({ op: 'set', path: ['input'], value: input, rule: 'input-texts', reason });
  }
  const format = view['encoding_format'];
  if (format !== undefined) {
    if (format !== 'base64' && format !== 'float' && format !== null) {
      throw new ProxyError('invalid_request', 'encoding_format: must be float or base64.', {
        param: 'encoding_format',
      });
    }
    const reason = 'Copilot ignores encoding_format and answers in numbers; the proxy encodes them.';
    changes.push({ op: 'remove', path: ['encoding_format'], rule: 'encode-here', reason });
  }
  const edits = changes.map(({ rule, reason, path }) => ({ rule, reason, path: path.join('.') }));
  return { body: edited(body, changes), edits, asBase64: format === 'base64' };
}

/** The texts to embed as a latin1 view, or undefined where the input is a list of texts already. */
async function textsOf(
  view: JsonObject,
  decode: (tokens: readonly number[]) => Promise<string>,
): Promise<readonly string[] | undefined> {
  const { input } = view;
  if (typeof input === 'string') return [input];
  if (!Array.isArray(input)) return undefined;
  const entries: readonly unknown[] = input;
  if (entries.every((entry) => typeof entry === 'string')) return undefined;
  const text = async (tokens: readonly number[]) => Buffer.from(await decode(tokens)).toString('latin1');
  if (isTokens(entries)) return [await text(entries)];
  const texts: string[] = [];
  for (const [index, entry] of entries.entries()) {
    if (typeof entry === 'string') texts.push(entry);
    else if (isTokens(entry)) texts.push(await text(entry));
    else
      throw new ProxyError('invalid_request', `input.${index}: must be a text or a list of tokens.`, {
        param: 'input',
      });
  }
  return texts;
}

function isTokens(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every((token) => Number.isInteger(token));
}

function edited(body: RequestBody, changes: readonly JsonEdit[]): RequestBody {
  if (changes.length === 0) return body;
  const text = editJson(body.text, changes);
  return { ...body, text, bytes: Buffer.from(text, 'latin1'), view: parseLatin1Json(text) as JsonObject };
}
