/** Corrections of a plan: stable over a growing conversation, and nothing where there is nothing to correct. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleModel } from '../../test/support/sample-model.ts';
import type { JsonObject } from '../canonical/json-value.ts';
import { imagesOf } from '../upstream/copilot/images.ts';
import { sealedThoughts } from '../upstream/copilot/sealed-reasoning.ts';
import { correctPlan, note } from './correct-plan.ts';
import type { ExchangePlan } from './plan-exchange.ts';

function planOf(messages: readonly JsonObject[]): ExchangePlan {
  return {
    askedModel: 'm',
    namedBy: 'id',
    model: sampleModel('m'),
    endpoint: '/v1/messages',
    path: '/v1/messages',
    stream: true,
    collect: false,
    lane: 'raw',
    edits: [],
    streamRules: new Set(),
    singleChoice: true,
    body: Buffer.from(JSON.stringify({ model: 'm', messages, thinking: { type: 'adaptive' } })),
    headers: { 'anthropic-beta': 'a,b' },
    initiator: 'user',
    hasImages: true,
    silenceMs: 1000,
    toolNames: new Map(),
    prunedTools: undefined,
    returnWay: null,
  };
}

const none = { lessons: [], notes: { imagePlaceholders: new Set(''), withoutThinking: new Set('') } };
const enabled = new Set<string>();

const word = fc.constantFrom('a', 'b', 'c', 'ü', '\u{1F600}');
const text = word.map((said): JsonObject => ({ type: 'text', text: said }));
const image = word.map((data): JsonObject => ({ type: 'image', source: { type: 'base64', data } }));
const thought = word.map((signature): JsonObject => ({ type: 'thinking', thinking: 'hm', signature }));
const result = image.map((content): JsonObject => ({ type: 'tool_result', tool_use_id: 't', content: [content] }));
const turn = (role: string, ...blocks: fc.Arbitrary<JsonObject>[]) =>
  fc.array(fc.oneof(...blocks), { minLength: 1, maxLength: 3 }).map((content): JsonObject => ({ role, content }));
const conversation = fc
  .array(fc.tuple(turn('user', text, image, result), turn('assistant', text, thought)), { minLength: 1, maxLength: 5 })
  .map((pairs) => pairs.flat());

test('a longer conversation begins as the shorter one did', () => {
  fc.assert(
    fc.property(conversation, fc.nat(), fc.nat(), fc.boolean(), (messages, cut, pick, lesson) => {
      const earlier = messages.slice(0, 1 + (cut % messages.length));
      const images = imagesOf('/v1/messages', { messages: earlier }).map(({ id }) => id);
      const thoughts = sealedThoughts('/v1/messages', { messages: earlier }).map(({ id }) => id);
      const corrections = {
        lessons: lesson
          ? [{ kind: 'field' as const, path: 'messages.*.content.*.citations', value: '', words: '' }]
          : [],
        notes: {
          imagePlaceholders: new Set(images.slice(0, pick % (images.length + 1))),
          withoutThinking: new Set(thoughts.slice(0, pick % (thoughts.length + 1))),
        },
        disabledRules: enabled,
      };
      const sent = (turns: readonly JsonObject[]) =>
        (JSON.parse(correctPlan(planOf(turns), corrections).body.toString()) as { messages: unknown[] }).messages;
      const short = sent(earlier);
      expect(sent(messages).slice(0, short.length)).toEqual(short);
    }),
    { numRuns: 500 },
  );
});

test('without anything to correct the plan is the same object, and its bytes are the same bytes', () => {
  const plan = planOf([{ role: 'user', content: 'a' }]);
  expect(correctPlan(plan, { ...none, disabledRules: enabled })).toBe(plan);
  const elsewhere = { ...none, lessons: [{ kind: 'field' as const, path: 'nowhere', value: '', words: '' }] };
  expect(correctPlan(plan, { ...elsewhere, disabledRules: enabled })).toBe(plan);
});

test('a beta changes the header and not the lane', () => {
  const lessons = [{ kind: 'beta' as const, path: 'a', value: '', words: 'the beta a' }];
  const plan = planOf([{ role: 'user', content: 'a' }]);
  const corrected = correctPlan(plan, { ...none, lessons, disabledRules: enabled });
  expect(corrected).toMatchObject({
    lane: 'raw',
    headers: { 'anthropic-beta': 'b' },
    edits: [{ rule: 'learned-beta' }],
  });
  expect(corrected.body).toBe(plan.body);
});

test.each([
  ['image-placeholder', { imagePlaceholders: true }],
  ['without-thinking', { withoutThinking: true }],
])(
  '%s can be switched off',
  (rule, { imagePlaceholders = false, withoutThinking = false }: Record<string, boolean>) => {
    const messages = [
      { role: 'user', content: [{ type: 'image', source: { data: 'x' } }] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'a', signature: 's' },
          { type: 'text', text: 'b' },
        ],
      },
      { role: 'user', content: 'c' },
    ];
    const ids = (found: readonly { readonly id: string }[], wanted: boolean) =>
      new Set(wanted ? found.map(({ id }) => id) : []);
    const notes = {
      imagePlaceholders: ids(imagesOf('/v1/messages', { messages }), imagePlaceholders),
      withoutThinking: ids(sealedThoughts('/v1/messages', { messages }), withoutThinking),
    };
    const plan = planOf(messages);
    expect(correctPlan(plan, { lessons: [], notes, disabledRules: enabled }).edits).toMatchObject([{ rule }]);
    expect(correctPlan(plan, { lessons: [], notes, disabledRules: new Set([rule]) })).toBe(plan);
  },
);

test('notes are bounded, and the oldest go first', () => {
  const notes = new Set<string>();
  note(
    notes,
    Array.from({ length: 501 }, (_none, index) => String(index)),
  );
  expect(notes.size).toBe(500);
  expect(notes.has('0')).toBe(false);
});
