/** Bodies of Gemini's `generateContent`, typed by hand from Google's documentation. */
import type { MediaSource, Part } from '../../../src/canonical/content.ts';
import type { Item } from '../../../src/canonical/conversation.ts';
import type { FunctionTool } from '../../../src/canonical/tool.ts';

/** As the writers of bodies do, arguments stand in as marked texts. The model and whether it streams are in the URL. */
export function geminiBody(tools: readonly FunctionTool[], items: readonly Item[], giveAllIds: boolean): object {
  const [first] = items;
  const hasSystem = first?.kind === 'message' && first.role === 'system';
  return {
    ...(hasSystem ? { systemInstruction: { parts: first.parts.map(partOf) } } : {}),
    contents: contentsOf(items.slice(hasSystem ? 1 : 0), giveAllIds),
    generationConfig: { thinkingConfig: { includeThoughts: true } },
    ...(tools.length === 0 ? {} : { tools: [{ functionDeclarations: tools.map(declarationOf) }] }),
  };
}

function contentsOf(items: readonly Item[], giveAllIds: boolean): readonly object[] {
  const contents: { readonly role: string; readonly parts: object[] }[] = [];
  const say = (role: string, ...parts: object[]) => {
    const last = contents.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else contents.push({ role, parts });
  };
  const names = new Map<string, string>();
  const idOf = (callId: string) => (giveAllIds || hasOwnId(callId) ? { id: callId } : {});
  for (const item of items) {
    switch (item.kind) {
      case 'message':
        say(item.role === 'assistant' ? 'model' : 'user', ...item.parts.map(partOf));
        break;
      case 'tool-call': {
        names.set(item.callId, item.name);
        const args = item.input.trim() === '' ? '{}' : item.input;
        say('model', { functionCall: { ...idOf(item.callId), name: item.name, args: `@@input:${args}@@` } });
        break;
      }
      case 'tool-result': {
        const texts = item.parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
        const media = item.parts.filter(({ kind }) => kind !== 'text').map(partOf);
        say('user', {
          functionResponse: {
            ...idOf(item.callId),
            name: names.get(item.callId) ?? 'f',
            response: item.isError === true ? { error: texts } : { output: texts },
            ...(media.length === 0 ? {} : { parts: media }),
          },
        });
        break;
      }
      default:
        throw new Error(`no ${item.kind} in these conversations`);
    }
  }
  return contents;
}

/** Ids are optional here and with Ollama: some callers give one, most do not. */
export const hasOwnId = (callId: string): boolean => callId.length % 2 === 0;

function partOf(part: Part): object {
  if (part.kind === 'image') return mediaOf(part.source);
  return { text: part.kind === 'text' ? part.text : '' };
}

function mediaOf(source: MediaSource): object {
  if (source.kind === 'data') return { inlineData: { mimeType: source.mediaType, data: source.data } };
  return { fileData: { fileUri: source.kind === 'url' ? source.url : '', mimeType: 'image/png' } };
}

/** Both dialects of schemas: every other tool has Google's own. */
function declarationOf({ name, description, schema }: FunctionTool, index: number): object {
  return {
    name,
    ...(description === null ? {} : { description }),
    ...(index % 2 === 0 ? { parametersJsonSchema: schema } : { parameters: withLargeTypes(schema) }),
  };
}

function withLargeTypes(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === 'type' && typeof value === 'string' ? value.toUpperCase() : value,
  );
}
