/** Bodies of Ollama's `/api/chat`, typed by hand from its documentation. */
import type { Part } from '../../../src/canonical/content.ts';
import type { Item } from '../../../src/canonical/conversation.ts';
import type { FunctionTool } from '../../../src/canonical/tool.ts';
import { hasOwnId } from './write-gemini.ts';

interface OllamaOptions {
  readonly model: string;
  readonly stream: boolean;
  readonly giveAllIds: boolean;
}

/** As the writers of bodies do, arguments stand in as marked texts. A stream is what Ollama means unsaid. */
export function ollamaBody(
  tools: readonly FunctionTool[],
  items: readonly Item[],
  { model, stream, giveAllIds }: OllamaOptions,
): object {
  return {
    model,
    ...(stream ? {} : { stream }),
    messages: messagesOf(items, giveAllIds),
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map(({ name, description, schema }) => ({
            type: 'function',
            function: { name, ...(description === null ? {} : { description }), parameters: schema },
          })),
        }),
  };
}

function messagesOf(items: readonly Item[], giveAllIds: boolean): readonly object[] {
  const messages: Record<string, unknown>[] = [];
  const names = new Map<string, string>();
  for (const item of items) {
    switch (item.kind) {
      case 'message':
        messages.push({ role: item.role, ...contentOf(item.parts) });
        break;
      case 'tool-call': {
        names.set(item.callId, item.name);
        const told = item.input.trim() === '' ? '{}' : item.input;
        const call = {
          ...(giveAllIds || hasOwnId(item.callId) ? { id: item.callId } : {}),
          function: { name: item.name, arguments: `@@input:${told}@@` },
        };
        const last = messages.at(-1);
        if (last?.['role'] !== 'assistant') messages.push({ role: 'assistant', content: '', tool_calls: [call] });
        else last['tool_calls'] = [...((last['tool_calls'] as object[] | undefined) ?? []), call];
        break;
      }
      case 'tool-result':
        messages.push({
          role: 'tool',
          tool_name: names.get(item.callId) ?? 'f',
          ...(giveAllIds || hasOwnId(item.callId) ? { tool_call_id: item.callId } : {}),
          ...contentOf(item.parts),
        });
        break;
      default:
        throw new Error(`no ${item.kind} in these conversations`);
    }
  }
  return messages;
}

function contentOf(parts: readonly Part[]): object {
  const images = parts.flatMap((part) =>
    part.kind === 'image' && part.source.kind === 'data' ? [part.source.data] : [],
  );
  const content = parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
  return { content, ...(images.length === 0 ? {} : { images }) };
}
