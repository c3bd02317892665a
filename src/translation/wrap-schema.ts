/** Schemas of answers whose root is no object: asked for within one, since that is all that endpoints take. */
import { isObject, objectOf, type JsonObject } from '../canonical/json-value.ts';
import type { OutputRequest } from '../canonical/model-request.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import type { Report } from '../canonical/request-edit.ts';
import type { ValueForm } from './unwrap-value.ts';

/** Whose callers may ask for a list or a word. OpenAI's and Anthropic's are told by the upstream that they may not. */
const anyRoot: ReadonlySet<ProtocolId> = new Set(['gemini', 'ollama', 'ollama-generate']);

export interface WrappedOutput {
  readonly output: OutputRequest;
  /** What has to be taken out of the answer again; null where nothing was wrapped. */
  readonly wrapped: ValueForm | null;
}

export function wrapSchema(output: OutputRequest, client: ProtocolId, report: Report): WrappedOutput {
  const { format } = output;
  if (format.kind !== 'json-schema' || !anyRoot.has(client) || !canWrap(format.schema))
    return { output, wrapped: null };
  const reason =
    'An answer by a schema is an object here: what was asked for stands within one, and is taken out of it.';
  report({ rule: 'approximated', reason, path: 'response_format' });
  const { isWord = false, ...rest } = format;
  return {
    output: { ...output, format: { ...rest, schema: wrap(format.schema) } },
    wrapped: isWord ? 'word' : 'json',
  };
}

function canWrap(schema: JsonObject): boolean {
  return schema['type'] !== 'object' && schema['properties'] === undefined && !refersToRoot(schema);
}

/** What the root is named by would be another thing then. */
function refersToRoot(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(refersToRoot);
  if (!isObject(schema)) return false;
  const { $ref: reference } = schema;
  if (typeof reference === 'string' && !/^#\/(?:\$defs|definitions)\//.test(reference)) return true;
  return Object.values(schema).some(refersToRoot);
}

function wrap({ $defs, definitions, $schema: _dialect, ...value }: JsonObject): JsonObject {
  return {
    type: 'object',
    properties: { value },
    required: ['value'],
    additionalProperties: false,
    ...(isObject($defs) ? { $defs: objectOf($defs) } : {}),
    ...(isObject(definitions) ? { definitions } : {}),
  };
}
