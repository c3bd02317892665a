/** Law 6 for the kinds of tools that only Responses has: whatever they go up as, calls come back as calls of what they are. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { anyText, inPieces } from './arbitraries/texts.ts';
import type { Answer } from './arbitraries/answers.ts';
import { writeStream } from './arbitraries/write-streams.ts';
import type { Law } from './law.ts';
import { answer, ask, collected, modelFor, translatedPairs } from './rig.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- foreign JSON, looked at by tests only
type Json = any;

const name = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/) },
  { weight: 1, arbitrary: fc.constantFrom('a', 'a__a', 'local_shell', 'x'.repeat(70), 'constructor') },
);

type OddTool =
  | { readonly kind: 'function' | 'custom'; readonly name: string; readonly namespace: string | null }
  | { readonly kind: 'local-shell' };

const oddTool: fc.Arbitrary<OddTool> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('function', 'custom'), name, namespace: fc.option(name) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'local-shell' as const }) },
);

const keyOf = (tool: OddTool) => (tool.kind === 'local-shell' ? 'shell' : `${tool.namespace ?? ''}/${tool.name}`);

function writeTools(tools: readonly OddTool[]): readonly object[] {
  const one = (tool: OddTool): object => {
    switch (tool.kind) {
      case 'local-shell':
        return { type: 'local_shell' };
      case 'custom':
        return { type: 'custom', name: tool.name, description: 'd' };
      case 'function':
        return { type: 'function', name: tool.name, parameters: { type: 'object', properties: {} }, strict: false };
    }
  };
  return tools.map((tool) =>
    tool.kind === 'local-shell' || tool.namespace === null
      ? one(tool)
      : { type: 'namespace', name: tool.namespace, description: 'ns', tools: [one(tool)] },
  );
}

interface Call {
  readonly tool: OddTool;
  readonly text: string;
}

/** What the model writes for it, and what the caller must get. */
function inputOf({ tool, text }: Call): string {
  if (tool.kind === 'custom') return JSON.stringify({ input: text });
  if (tool.kind === 'function') return JSON.stringify({ a: text });
  return JSON.stringify({ command: ['echo', text] });
}

function expectedItem({ tool, text }: Call): object {
  switch (tool.kind) {
    case 'local-shell':
      return { type: 'local_shell_call', action: { command: ['echo', text] } };
    case 'custom':
      return { type: 'custom_tool_call', name: tool.name, ...within(tool.namespace), input: text };
    case 'function':
      return { type: 'function_call', name: tool.name, ...within(tool.namespace), arguments: inputOf({ tool, text }) };
  }
}

const within = (namespace: string | null) => (namespace === null ? {} : { namespace });

export const toolLaws: readonly Law[] = [
  {
    number: 6,
    sentence: 'tools of every kind have names of their own above, and their calls come back as they are',
    pairs: translatedPairs.filter(({ client }) => client === 'openai-responses'),
    share: 1,
    property: (pair) =>
      fc.property(
        fc.uniqueArray(oddTool, { minLength: 1, maxLength: 6, selector: keyOf }),
        fc.array(fc.record({ at: fc.nat(9), text: anyText }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
        fc.array(fc.nat(5), { minLength: 1, maxLength: 5 }),
        (tools, picks, lengths, weave) => {
          const body = { model: modelFor(pair.endpoint), stream: true, input: 'Hello', tools: writeTools(tools) };
          const { text, plan } = ask(pair, Buffer.from(JSON.stringify(body)));
          const sent: Json = JSON.parse(text);
          const names: string[] = sent.tools.map((tool: Json) => tool.function?.name ?? tool.name);
          expect(new Set(names).size).toBe(tools.length);
          for (const each of names) expect(each).toMatch(/^[a-zA-Z0-9_-]{1,128}$/);
          const calls = picks.flatMap(({ at, text: input }) => {
            const tool = tools[at % tools.length];
            return tool ? [{ tool, at: at % tools.length, text: input }] : [];
          });
          const said: Answer = {
            blocks: calls.map((call, index) => ({
              kind: 'call',
              callId: `call_${index}`,
              name: names[call.at] ?? '',
              pieces: inPieces(inputOf(call), lengths),
            })),
            weave,
            ending: 'stop',
            counts: { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0, nanoAiu: null },
            quirk: null,
            ascii: false,
            lineEnd: '\n',
          };
          const { bytes, fault, edits } = answer(plan, writeStream(pair.endpoint, said));
          expect(fault).toBeNull();
          expect(edits.filter(({ rule }) => rule === 'grammar-fault')).toEqual([]);
          const whole: Json = JSON.parse(collected(pair.client, bytes) ?? '{}');
          const { output } = whole;
          expect(output).toMatchObject(
            calls.map((call, index) => ({ ...expectedItem(call), call_id: `call_${index}` })),
          );
        },
      ),
  },
];
