/** Reads a body of `POST /chat/completions` for the writer. */
import type { Ask, OfferedTool, ToolChoice, Turn } from './conversation.ts';
import { arrayOf, numberOf, objectOf, stringOf, type JsonObject } from './json-value.ts';
import type { EndpointCall } from './model-endpoint.ts';
import { reasons } from './models.ts';

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
