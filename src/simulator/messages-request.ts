/** Reads a body of `POST /v1/messages` for the writer. */
import type { Ask, OfferedTool, ToolChoice, Turn } from './conversation.ts';
import { arrayOf, isObject, numberOf, objectOf, stringOf, type JsonObject } from './json-value.ts';
import type { EndpointCall } from './model-endpoint.ts';

export function messagesAsk({ body }: EndpointCall): Ask {
  const choice = objectOf(body['tool_choice']);
  const thinking = objectOf(body['thinking'])['type'];
  const format = objectOf(objectOf(body['output_config'])['format']);
  return {
    turns: [
      { role: 'system', text: textOf(body['system']) },
      ...arrayOf(body['messages']).flatMap((message) => turnsOf(objectOf(message))),
    ],
    tools: arrayOf(body['tools']).flatMap((tool) => toolOf(objectOf(tool))),
    choice: choiceOf(choice),
    parallel: choice['disable_parallel_tool_use'] !== true,
    schema: format['type'] === 'json_schema' ? (format['schema'] ?? {}) : undefined,
    thinks: thinking === 'enabled' || thinking === 'adaptive',
    stops: arrayOf(body['stop_sequences'])
      .map(stringOf)
      .filter((text) => text !== ''),
    maxOutputTokens: numberOf(body['max_tokens']),
  };
}

/** A user message with results in it is several turns: results first, then what was said beside them. */
function turnsOf(message: JsonObject): Turn[] {
  const text = textOf(message['content']);
  if (message['role'] === 'system') return [{ role: 'system', text }];
  if (message['role'] === 'assistant') return [{ role: 'assistant', text }];
  const results = arrayOf(message['content'])
    .filter(isObject)
    .filter((block) => block['type'] === 'tool_result')
    .map((block): Turn => ({
      role: 'tool',
      text: textOf(block['content']),
      isError: block['is_error'] === true,
    }));
  return text === '' && results.length > 0 ? results : [...results, { role: 'user', text }];
}

export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const texts = arrayOf(content)
    .filter(isObject)
    .filter((block) => block['type'] === 'text');
  return texts.map((block) => stringOf(block['text'])).join('\n');
}

function toolOf(tool: JsonObject): OfferedTool[] {
  // A deferred tool is not there until a search finds it; a typed one is run by the provider.
  if (tool['defer_loading'] === true) return [];
  if (typeof tool['type'] === 'string' && tool['type'] !== 'custom') return [];
  return [{ name: stringOf(tool['name']), form: 'function', schema: tool['input_schema'] ?? {} }];
}

function choiceOf(choice: JsonObject): ToolChoice {
  switch (choice['type']) {
    case 'any':
      return { kind: 'any' };
    case 'none':
      return { kind: 'none' };
    case 'tool':
      return { kind: 'named', name: stringOf(choice['name']) };
    default:
      return { kind: 'auto' };
  }
}
