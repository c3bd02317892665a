/** Conversations in our canonical words, generated: turns of all speakers, calls with their results, images. */
import fc from 'fast-check';
import type { Part } from '../../../src/canonical/content.ts';
import type { Item, ToolCallItem, ToolResultItem } from '../../../src/canonical/conversation.ts';
import type { FunctionTool } from '../../../src/canonical/tool.ts';
import { anyArguments, anyCallId, anyText, someText } from './texts.ts';

/** Texts are texts here, not views. */
export interface Conversation {
  readonly items: readonly Item[];
  readonly tools: readonly FunctionTool[];
  /** After how many items the caller asked: each of these was a request of its own. */
  readonly asked: readonly number[];
  /** Written with `\u` escapes for all that is not ASCII. */
  readonly ascii: boolean;
}

const text = anyText.map((said): Part => ({ kind: 'text', text: said }));
const image: fc.Arbitrary<Part> = fc.oneof(
  fc.base64String({ minLength: 4, maxLength: 12 }).map((data): Part => ({
    kind: 'image',
    source: { kind: 'data', mediaType: 'image/png', data },
  })),
  fc
    .nat(99)
    .map((n): Part => ({ kind: 'image', source: { kind: 'url', url: `https://example.com/${n}.png?a=b&c=d` } })),
);

const toolName = fc.oneof(
  { weight: 5, arbitrary: fc.stringMatching(/^[a-z][a-zA-Z0-9_-]{0,20}$/) },
  { weight: 1, arbitrary: fc.constantFrom('mcp__a__'.padEnd(70, 'b'), 'constructor', '__proto__', 'toString') },
);

const schema = fc.constantFrom(
  { type: 'object', properties: { city: { type: 'string', description: 'Größe 😀' } }, required: ['city'] },
  { type: 'object', properties: {} },
);

const tools: fc.Arbitrary<readonly FunctionTool[]> = fc.uniqueArray(toolName, { maxLength: 4 }).chain((names) =>
  fc.tuple(
    ...names.map((name) =>
      fc.record({
        kind: fc.constant('function' as const),
        name: fc.constant(name),
        namespace: fc.constant(null),
        description: fc.option(someText),
        schema,
        strict: fc.constant(null),
        deferred: fc.constant(false),
      }),
    ),
  ),
);

interface Step {
  readonly said: string;
  readonly calls: readonly {
    readonly id: string;
    readonly name: number;
    readonly input: string;
    readonly result: readonly Part[];
    readonly failed: boolean;
  }[];
  readonly after: readonly Part[];
}

function step(place: number, media: boolean): fc.Arbitrary<Step> {
  const part = media ? fc.oneof({ weight: 3, arbitrary: text }, { weight: 1, arbitrary: image }) : text;
  return fc.nat(3).chain((count) =>
    fc.record({
      said: anyText,
      calls: fc.tuple(
        ...Array.from({ length: count }, (_, index) =>
          fc.record({
            id: anyCallId(place * 10 + index),
            name: fc.nat(9),
            input: anyArguments,
            result: fc.array(part, { maxLength: 2 }),
            failed: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
          }),
        ),
      ),
      after: fc.array(fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: image }), { maxLength: 2 }),
    }),
  );
}

export interface ConversationOptions {
  /** Whether results of tools may hold images: the caller's protocol has to have words for it. */
  readonly mediaInResults: boolean;
  /** Whether it can say that a call failed. */
  readonly errors?: boolean;
  /** Whether a system turn may stand behind others. */
  readonly lateSystem?: boolean;
}

export function conversations({
  mediaInResults,
  errors = false,
  lateSystem = false,
}: ConversationOptions): fc.Arbitrary<Conversation> {
  return fc
    .record({
      system: fc.option(someText),
      late: fc.option(fc.tuple(fc.nat(9), someText)),
      first: someText,
      tools,
      ascii: fc.boolean(),
      steps: fc
        .nat(4)
        .chain((count) => fc.tuple(...Array.from({ length: count }, (_, at) => step(at, mediaInResults)))),
    })
    .map(({ system, late, first, tools: offered, steps, ascii }) => {
      const items: Item[] = [];
      const asked: number[] = [];
      if (system !== null) items.push({ kind: 'message', role: 'system', parts: [{ kind: 'text', text: system }] });
      items.push({ kind: 'message', role: 'user', parts: [{ kind: 'text', text: first }] });
      asked.push(items.length);
      for (const [index, { said, calls, after }] of steps.entries()) {
        const [at, told] = late ?? [-1, ''];
        if (lateSystem && at === index)
          items.push({ kind: 'message', role: 'system', parts: [{ kind: 'text', text: told }] });
        items.push({ kind: 'message', role: 'assistant', parts: [{ kind: 'text', text: said }] });
        const made = offered.length === 0 ? [] : calls;
        items.push(...made.map((call) => callOf(call, offered)), ...made.map((call) => resultOf(call, errors)));
        if (made.length > 0) asked.push(items.length);
        // Without results or words of a person it would be the model's turn again.
        if (made.length > 0 && after.length === 0) continue;
        items.push({ kind: 'message', role: 'user', parts: [...after, { kind: 'text', text: 'Go on.' }] });
        asked.push(items.length);
      }
      return { items, tools: offered, asked, ascii };
    });
}

function callOf({ id, name, input }: Step['calls'][number], offered: readonly FunctionTool[]): ToolCallItem {
  return {
    kind: 'tool-call',
    callId: id,
    name: offered[name % offered.length]?.name ?? 'f',
    namespace: null,
    form: 'function',
    input,
    sealed: null,
  };
}

function resultOf({ id, result, failed }: Step['calls'][number], errors: boolean): ToolResultItem {
  return { kind: 'tool-result', callId: id, form: 'function', parts: result, isError: errors && failed ? true : null };
}

/** Histories that clients cut, repeat or shuffle. */
export const oddConversations: fc.Arbitrary<{ readonly conversation: Conversation; readonly isOdd: boolean }> = fc
  .tuple(
    conversations({ mediaInResults: false }),
    fc.array(fc.record({ at: fc.nat(30), what: fc.constantFrom('drop', 'repeat') }), { minLength: 1, maxLength: 3 }),
  )
  .map(([conversation, changes]) => {
    const items = [...conversation.items];
    let isOdd = false;
    for (const { at, what } of changes) {
      const index = at % items.length;
      const item = items[index];
      if (!item || (item.kind !== 'tool-call' && item.kind !== 'tool-result')) continue;
      isOdd = true;
      if (what === 'drop') items.splice(index, 1);
      else items.splice(index, 0, item);
    }
    // Two changes may undo each other.
    const isSame =
      items.length === conversation.items.length && items.every((item, at) => item === conversation.items[at]);
    return { conversation: { ...conversation, items }, isOdd: isOdd && !isSame && holdsOddCall(items) };
  });

function holdsOddCall(items: readonly Item[]): boolean {
  const count = (kind: Item['kind'], id: string) =>
    items.filter((item) => item.kind === kind && 'callId' in item && item.callId === id).length;
  return items.some(
    (item) => 'callId' in item && (count('tool-call', item.callId) !== 1 || count('tool-result', item.callId) !== 1),
  );
}
