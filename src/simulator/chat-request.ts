/** Reads and judges a body of `POST /chat/completions` (reference §4.1). */
import type { Ask, OfferedTool, ToolChoice, Turn } from './conversation.ts';
import { arrayOf, isObject, numberOf, objectOf, stringOf, type JsonObject } from './json-value.ts';
import type { EndpointCall } from './model-endpoint.ts';
import { reasons, type ModelSpec } from './models.ts';
import { nestedRefusal, type Refusal } from './refusal.ts';
import { openSeal } from './seal.ts';

const invalid = (message: string, param?: string) => nestedRefusal(400, message, 'invalid_request_body', param);

export function refuseChat({ body, model }: EndpointCall): Refusal | undefined {
  const messages = arrayOf(body['messages']);
  if (messages.length === 0) return invalid('messages is required and must not be empty', 'messages');
  if (!messages.every((message) => isObject(message) && typeof message['role'] === 'string'))
    return invalid('every message must be an object with a role', 'messages');
  return refuseSampling(body, model) ?? refuseTools(body, model) ?? refuseHistory(messages.map(objectOf));
}

function refuseSampling(body: JsonObject, model: ModelSpec): Refusal | undefined {
  if (model.backend !== 'openai' || !reasons(model)) return undefined;
  if ('max_tokens' in body)
    return invalid(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      'max_tokens',
    );
  for (const name of ['temperature', 'top_p'])
    if ((body[name] ?? 1) !== 1)
      return invalid(`Unsupported value: '${name}' does not support ${String(body[name])} with this model.`, name);
  return undefined;
}

function refuseTools(body: JsonObject, model: ModelSpec): Refusal | undefined {
  const tools = arrayOf(body['tools']).map((tool) => objectOf(objectOf(tool)['function']));
  if (tools.length > 128) return invalid(`Invalid 'tools': array too long. Expected at most 128, got ${tools.length}.`);
  for (const [index, tool] of tools.entries()) {
    const name = stringOf(tool['name']);
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name))
      return invalid(`Invalid 'tools[${index}].function.name': must match ^[a-zA-Z0-9_-]{1,64}$.`);
    // Observed: Gemini takes a strict subset of JSON schema and refuses the rest.
    const parameters = objectOf(tool['parameters']);
    const odd =
      model.backend === 'google' ? ['$schema', 'additionalProperties'].find((key) => key in parameters) : undefined;
    if (odd !== undefined) return invalid(`Invalid JSON payload received. Unknown name "${odd}" at 'tools[${index}]'.`);
  }
  return undefined;
}

function refuseHistory(messages: readonly JsonObject[]): Refusal | undefined {
  let open = new Set<string>();
  for (const [index, message] of messages.entries()) {
    const id = stringOf(message['tool_call_id']);
    if (message['role'] === 'tool') {
      if (!open.delete(id))
        return invalid(
          "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.",
          `messages.[${index}].role`,
        );
      continue;
    }
    if (open.size > 0) break;
    open = new Set(arrayOf(message['tool_calls']).map((call) => stringOf(objectOf(call)['id'])));
    const opaque = message['reasoning_opaque'];
    if (typeof opaque === 'string' && openSeal('opaque', opaque) === undefined)
      return invalid('reasoning_opaque could not be verified', `messages.[${index}].reasoning_opaque`);
  }
  if (open.size === 0) return undefined;
  return invalid(
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. " +
      `The following tool_call_ids did not have response messages: ${[...open].join(', ')}`,
  );
}

export function chatAsk({ body, model }: EndpointCall): Ask {
  const format = objectOf(body['response_format']);
  const stop = body['stop'];
  // Observed: Claude silently ignores json_schema on this endpoint (reference §4.1).
  const obeysSchema = model.backend !== 'anthropic';
  const budget = numberOf(body['thinking_budget']) ?? 0;
  return {
    turns: arrayOf(body['messages']).map((message) => turnOf(objectOf(message))),
    tools: arrayOf(body['tools']).flatMap((tool) => toolOf(objectOf(tool))),
    choice: choiceOf(body['tool_choice']),
    parallel: body['parallel_tool_calls'] !== false,
    schema: obeysSchema ? schemaOf(format) : undefined,
    thinks: model.backend === 'anthropic' ? budget > 0 : reasons(model) && body['reasoning_effort'] !== 'none',
    stops:
      typeof stop === 'string'
        ? [stop]
        : arrayOf(stop)
            .map(stringOf)
            .filter((text) => text !== ''),
    maxOutputTokens: numberOf(body['max_completion_tokens'] ?? body['max_tokens']),
  };
}

function schemaOf(format: JsonObject): unknown {
  if (format['type'] === 'json_object') return {};
  return format['type'] === 'json_schema' ? (objectOf(format['json_schema'])['schema'] ?? {}) : undefined;
}

function turnOf(message: JsonObject): Turn {
  const role = message['role'];
  const { content } = message;
  const text =
    typeof content === 'string'
      ? content
      : arrayOf(content)
          .map((part) => stringOf(objectOf(part)['text']))
          .join('\n');
  if (role === 'system' || role === 'developer') return { role: 'system', text };
  if (role === 'assistant' || role === 'tool') return { role, text };
  return { role: 'user', text };
}

function toolOf(tool: JsonObject): OfferedTool[] {
  const body = objectOf(tool['function'] ?? tool['custom']);
  const name = stringOf(body['name']);
  if (name === '') return [];
  const form = tool['type'] === 'custom' ? 'custom' : 'function';
  return [{ name, form, schema: body['parameters'] ?? {} }];
}

function choiceOf(choice: unknown): ToolChoice {
  if (choice === 'none') return { kind: 'none' };
  if (choice === 'required') return { kind: 'any' };
  const name = stringOf(objectOf(objectOf(choice)['function'] ?? objectOf(choice)['custom'])['name']);
  return name === '' ? { kind: 'auto' } : { kind: 'named', name };
}
