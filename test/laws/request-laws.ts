/** The laws of the way up: raw bytes, stable prefixes, ids one to one, nothing lost. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { conversationsOf } from './arbitraries/said-by.ts';
import { writeBody } from './arbitraries/write-bodies.ts';
import type { Law } from './law.ts';
import { parseExact } from './exact-json.ts';
import { expectedTurns, isLeftOut, readBody } from './read-body.ts';
import { allPairs, ask, modelFor, samePairs, translatedPairs, type Pair } from './rig.ts';

/** Claude takes late system turns at certain places only; elsewhere a body rule makes them something else. */
const conversation = ({ client, endpoint }: Pair) => conversationsOf(client, endpoint !== '/v1/messages');
const asked = ({ endpoint }: Pair) => ({ model: modelFor(endpoint), stream: true });

// oxlint-disable-next-line typescript/no-explicit-any -- foreign JSON, looked at by tests only
type Json = any;

/** Markers of the prompt cache are no part of the prefix. */
function withoutMarks(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, member: unknown) =>
    key === 'cache_control' || key === 'copilot_cache_control' ? undefined : member,
  );
}

/** Block by block: Messages reads turns of the same speaker as one. */
function prefixOf(text: string): { readonly head: unknown; readonly turns: unknown[] } {
  const { tools, system, messages, input } = withoutMarks(parseExact(text)) as Json;
  const turns: Json[] = messages ?? input;
  return { head: { tools, system }, turns: turns.flatMap((turn) => blocksOf(turn)) };
}

function blocksOf({ content, ...turn }: Json): unknown[] {
  if (typeof content === 'string') return [{ ...turn, block: { type: 'text', text: content } }];
  return Array.isArray(content) ? content.map((block: Json) => ({ ...turn, block })) : [{ ...turn, content }];
}

/** As Claude Code begins its system prompt, long enough to be cached. */
function withBillingLine(body: Buffer, call: number): Buffer {
  const asked: Json = JSON.parse(body.toString());
  const line = `x-anthropic-billing-header: cc_version=2.1.177.00${call}; cc_entrypoint=cli; cch=36ee${call};`;
  const system = [line, 'Be brief. '.repeat(500)].map((text) => ({ type: 'text', text }));
  return Buffer.from(JSON.stringify({ ...asked, system }));
}

export const requestLaws: readonly Law[] = [
  {
    number: 1,
    sentence: 'raw goes up as it came, byte for byte',
    pairs: samePairs,
    share: 0.5,
    property: (pair) =>
      fc.property(conversation(pair), (said) => {
        const body = writeBody(pair.client, said, asked(pair));
        const { plan, lane, edits } = ask(pair, body);
        if (lane === 'raw') expect(plan.body.equals(body)).toBe(true);
        else expect(edits.length).toBeGreaterThan(0);
      }),
  },
  {
    number: 5,
    sentence: 'a longer conversation begins as the shorter one did',
    pairs: allPairs,
    share: 1,
    property: (pair) =>
      fc.property(conversation(pair), (said) => {
        const [first, ...later] = said.asked.map((length) =>
          prefixOf(
            ask(pair, writeBody(pair.client, said, { ...asked(pair), items: said.items.slice(0, length) })).text,
          ),
        );
        let before = first;
        for (const now of later) {
          expect(now.head).toEqual(before?.head);
          expect(now.turns.slice(0, before?.turns.length)).toEqual(before?.turns);
          before = now;
        }
      }),
  },
  {
    number: 5,
    sentence: 'also where each call has a billing line of its own, and marks are set that wander',
    pairs: allPairs.filter(({ client }) => client === 'anthropic-messages'),
    share: 0.3,
    property: (pair) =>
      fc.property(conversation(pair), (said) => {
        let before: ReturnType<typeof prefixOf> | undefined;
        for (const [call, length] of said.asked.entries()) {
          const body = writeBody(pair.client, said, { ...asked(pair), items: said.items.slice(0, length) });
          const { text, edits } = ask(pair, withBillingLine(body, call));
          const now = prefixOf(text);
          expect(text).not.toContain('x-anthropic-billing-header');
          if (pair.endpoint === '/v1/messages') expect(edits.map(({ rule }) => rule)).toContain('stable-billing-line');
          if (before !== undefined) expect(now.head).toEqual(before.head);
          expect(now.turns.slice(0, before?.turns.length ?? 0)).toEqual(before?.turns ?? []);
          before = now;
        }
      }),
  },
  {
    number: 5,
    sentence: 'the same request goes up as the same bytes',
    pairs: translatedPairs,
    share: 0.3,
    property: (pair) =>
      fc.property(conversation(pair), (said) => {
        const body = writeBody(pair.client, said, asked(pair));
        expect(ask(pair, body).text).toBe(ask(pair, body).text);
      }),
  },
  {
    number: 6,
    sentence: 'two calls never come to share an id, and ids fit',
    pairs: translatedPairs,
    share: 0.5,
    property: (pair) =>
      fc.property(conversation(pair), (said) => {
        const { callIds } = readBody(pair.endpoint, ask(pair, writeBody(pair.client, said, asked(pair))).text);
        const made = said.items.filter(({ kind }) => kind === 'tool-call');
        expect(callIds).toHaveLength(made.length);
        const longest = pair.endpoint === '/chat/completions' ? 40 : 64;
        for (const id of callIds) expect(id).toMatch(new RegExp(`^[A-Za-z0-9_-]{1,${longest}}$`));
      }),
  },
  {
    number: 7,
    sentence: 'all that was said goes up, in its order',
    pairs: translatedPairs,
    share: 1,
    property: (pair) =>
      fc.property(conversation(pair), (said) => {
        const { text, plan, edits } = ask(pair, writeBody(pair.client, said, asked(pair)));
        const read = readBody(pair.endpoint, text);
        // Names that do not fit go up as others, and come back.
        const items = said.items.map((item) =>
          item.kind === 'tool-call' ? { ...item, name: wireNameOf(item.name, plan.toolNames) } : item,
        );
        expect(read.turns).toEqual(expectedTurns(items, pair.endpoint));
        // Schemas of Google's own dialect come out with their members in another order, the same each time.
        expect(read.tools.map((tool): unknown => JSON.parse(tool))).toEqual(
          said.tools.map(({ name, description, schema }) => [wireNameOf(name, plan.toolNames), description, schema]),
        );
        const leftOut = said.items.some(
          (item) =>
            item.kind === 'message' &&
            item.parts.some((part) => isLeftOut(part, pair.endpoint) && part.kind === 'text' && part.text !== ''),
        );
        if (leftOut) expect(edits.map(({ rule }) => rule)).toContain('not-carried');
        const moves = edits.some(({ rule }) => rule === 'moved');
        const hasMedia = said.items.some(
          (item) => item.kind === 'tool-result' && item.parts.some(({ kind }) => kind !== 'text'),
        );
        if (hasMedia && pair.endpoint === '/chat/completions') expect(moves).toBe(true);
      }),
  },
];

function wireNameOf(name: string, aliases: ReadonlyMap<string, string>): string {
  for (const [alias, own] of aliases) if (own === name) return alias;
  return name;
}
