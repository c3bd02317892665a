/** Reads a body of `POST /responses` for the writer, Codex's "code mode" included. */
import type { Ask, OfferedTool, ToolChoice, Turn } from './conversation.ts';
import { arrayOf, isObject, numberOf, objectOf, stringOf, type JsonObject } from './json-value.ts';
import type { EndpointCall } from './model-endpoint.ts';
import { reasons } from './models.ts';
import { isSearchTool } from './responses-search-rules.ts';

export function responsesAsk(call: EndpointCall): Ask {
  const { body, model } = call;
  const items = typeof body['input'] === 'string' ? [] : arrayOf(body['input']).map(objectOf);
  const said: Turn[] = typeof body['input'] === 'string' ? [{ role: 'user', text: body['input'] }] : [];
  const format = objectOf(objectOf(body['text'])['format']);
  // In code mode there is no `tools` field: the tools are the first input item.
  const added = items.filter((item) => item['type'] === 'additional_tools').flatMap((item) => arrayOf(item['tools']));
  return {
    turns: [{ role: 'system', text: stringOf(body['instructions']) }, ...said, ...items.flatMap(turnsOf)],
    tools: [...arrayOf(body['tools']), ...added].flatMap((tool) => toolsOf(objectOf(tool))),
    choice: choiceOf(body['tool_choice']),
    parallel: body['parallel_tool_calls'] !== false,
    schema:
      format['type'] === 'json_object' ? {} : format['type'] === 'json_schema' ? (format['schema'] ?? {}) : undefined,
    ...searchOf(call),
    thinks: reasons(model) && objectOf(body['reasoning'])['effort'] !== 'none',
    stops: [],
    maxOutputTokens: numberOf(body['max_output_tokens']),
  };
}

function turnsOf(item: JsonObject): Turn[] {
  const type = stringOf(item['type']);
  if (type.endsWith('_output')) {
    const { output } = item;
    const text = typeof output === 'string' ? output : textOf(output);
    return [{ role: 'tool', text, isError: objectOf(output)['success'] === false || item['status'] === 'failed' }];
  }
  if (type !== 'message' && type !== '') return [];
  const text = textOf(item['content']);
  switch (item['role']) {
    case 'assistant':
      return [{ role: 'assistant', text }];
    case 'system':
    case 'developer':
      return [{ role: 'system', text }];
    default:
      return [{ role: 'user', text }];
  }
}

/** Codex puts its preamble and the prompt into parts of one message: blank lines keep them apart. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return arrayOf(content)
    .filter(isObject)
    .map((part) => stringOf(part['text']))
    .filter((text) => text !== '')
    .join('\n\n');
}

function toolsOf(tool: JsonObject, namespace?: string): OfferedTool[] {
  const name = stringOf(tool['name']);
  const place = namespace === undefined ? {} : { namespace };
  switch (tool['type']) {
    case 'namespace':
      return arrayOf(tool['tools']).flatMap((inner) => toolsOf(objectOf(inner), name));
    case 'function':
      return [{ name, ...place, form: 'function', schema: tool['parameters'] ?? {} }];
    case 'custom':
      return [{ name, ...place, form: 'custom', schema: {} }];
    case 'local_shell':
      return [{ name: 'local_shell', form: 'local-shell', schema: {} }];
    default:
      return [];
  }
}

/** Hosted tools stand in `tools` alone. */
function searchOf({ body, webSearch: { webSearch, searchDelayMs } }: EndpointCall): Pick<Ask, 'search'> {
  const tools = arrayOf(body['tools']).map(objectOf);
  const offered = tools.find((tool) => isSearchTool(stringOf(tool['type'])));
  const choice = body['tool_choice'];
  if (offered === undefined || choice === 'none') return {};
  return {
    search: {
      allowedDomains: arrayOf(objectOf(offered['filters'])['allowed_domains']).map(stringOf),
      isForced: isSearchTool(stringOf(objectOf(choice)['type'])) || (choice === 'required' && tools.length === 1),
      weather: webSearch,
      delayMs: searchDelayMs,
      maxCalls: numberOf(body['max_tool_calls']) ?? Number.POSITIVE_INFINITY,
    },
  };
}

function choiceOf(choice: unknown): ToolChoice {
  if (choice === 'none') return { kind: 'none' };
  if (choice === 'required') return { kind: 'any' };
  const name = stringOf(objectOf(choice)['name']);
  return name === '' ? { kind: 'auto' } : { kind: 'named', name };
}
