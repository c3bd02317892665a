/** Names as clients write them, against a catalogue that decides. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleModel as model } from '../../test/support/sample-model.ts';
import { discoveryName, resolveName } from './resolve-name.ts';

const seat = [
  model('claude-opus-5', { limits: { ...model('x').limits, contextTokens: 1_000_000 } }),
  model('claude-opus-5.5'),
  model('claude-opus-4.6'),
  model('claude-opus-4.6-1m'),
  model('claude-sonnet-4'),
  model('claude-sonnet-4.5', { version: 'claude-sonnet-4-5' }),
  model('claude-haiku-4.5'),
  model('gpt-5.2', { version: 'gpt-5.2-2025-12-11' }),
  model('gpt-4.1', { version: 'gpt-4.1-2025-04-14' }),
  model('gpt-4o'),
  model('gpt-4o-mini'),
  model('gpt-6.1-sol'),
  model('gpt-6-sol'),
  model('gpt-7-sol', { listed: false }),
  model('gpt-8-sol', { policyState: 'disabled' }),
  model('gemini-3.8-flash'),
  model('gemini-4-flash-preview'),
  model('kimi-k2.7-code'),
  model('grok-code-fast-1'),
  model('text-embedding-3-small', { kind: 'embeddings', endpoints: ['/embeddings'] }),
];

test.each([
  ['claude-opus-5.5', 'claude-opus-5.5', 'id'],
  ['claude-opus-4-6', 'claude-opus-4.6', 'spelling'],
  ['Claude-Opus-4.6', 'claude-opus-4.6', 'spelling'],
  ['GPT-4O', 'gpt-4o', 'spelling'],
  ['claude-opus-5', 'claude-opus-5', 'id'],
  ['claude-sonnet-4-5-20250929', 'claude-sonnet-4.5', 'dated'],
  ['claude-sonnet-4-20250514', 'claude-sonnet-4', 'dated'],
  ['claude-sonnet-4-0', 'claude-sonnet-4', 'order'],
  ['claude-haiku-4-5-20251001', 'claude-haiku-4.5', 'dated'],
  ['claude-haiku-4-5@20251001', 'claude-haiku-4.5', 'dated'],
  ['claude-4.5-sonnet', 'claude-sonnet-4.5', 'order'],
  ['claude-4-5-sonnet-20250929', 'claude-sonnet-4.5', 'order'],
  ['gpt-4.1-2025-04-14', 'gpt-4.1', 'version'],
  ['gpt-5.2-2026-01-01', 'gpt-5.2', 'dated'],
  ['gpt-5.2-latest', 'gpt-5.2', 'dated'],
  ['anthropic/claude-sonnet-4.5', 'claude-sonnet-4.5', 'vendor'],
  ['openrouter/anthropic/claude-sonnet-4-5', 'claude-sonnet-4.5', 'vendor'],
  ['openai/gpt-4.1', 'gpt-4.1', 'vendor'],
  ['copilot/gpt-4.1', 'gpt-4.1', 'vendor'],
  ['github_copilot/gpt-4.1', 'gpt-4.1', 'vendor'],
  ['models/gemini-3.8-flash', 'gemini-3.8-flash', 'vendor'],
  ['us.anthropic.claude-haiku-4-5-20251001-v1:0', 'claude-haiku-4.5', 'dated'],
  ['claude-gpt-4.1', 'gpt-4.1', 'discovery'],
  ['claude-gemini-3.8-flash', 'gemini-3.8-flash', 'discovery'],
  ['gpt-4.1:latest', 'gpt-4.1', 'tag'],
  ['Claude-Sonnet-4-5:latest', 'claude-sonnet-4.5', 'spelling'],
  ['openai/gpt-4.1:latest', 'gpt-4.1', 'vendor'],
  ['sonnet:latest', 'claude-sonnet-4.5', 'family'],
  ['sonnet', 'claude-sonnet-4.5', 'family'],
  ['Opus', 'claude-opus-5.5', 'family'],
  ['claude-haiku', 'claude-haiku-4.5', 'family'],
  ['claude-sonnet-latest', 'claude-sonnet-4.5', 'family'],
  ['gpt', 'gpt-5.2', 'family'],
  ['sol', 'gpt-6.1-sol', 'family'],
  ['flash', 'gemini-4-flash-preview', 'family'],
  ['claude-opus-4-6[1m]', 'claude-opus-4.6-1m', 'spelling'],
  ['claude-opus-5[1m]', 'claude-opus-5', 'spelling'],
  ['opus[1m]', 'claude-opus-5.5', 'family'],
  ['text-embedding-3-small', 'text-embedding-3-small', 'id'],
])('%s is %s, by %s', (asked, id, by) => {
  const match = resolveName(seat, asked);
  expect(match.kind === 'found' && [match.model.id, match.by]).toEqual([id, by]);
});

test.each([
  'claude-opus-6',
  'claude-opus-4.5',
  'claude-opus-4',
  'claude-sonnet-5',
  'claude-sonnet-4.6',
  'claude-sonnet-4-6-20260101',
  'gpt-5',
  'gpt-4',
  'gpt-4.1-mini',
  'gpt-6',
  'claude',
  'claude-gpt-9',
  'claude-claude-opus-5',
  'gpt-4.1:7b',
  'gpt-9:latest',
  ':latest',
  ':latest:latest',
  '',
  '-',
  '/',
  '[1m]',
  '2025-01-01',
  'constructor',
])('%j is no other version, and nothing else', (asked) => {
  expect(resolveName(seat, asked)).toEqual({ kind: 'unknown' });
});

test('two models of one spelling, or two families of one name, are a question', () => {
  const twins = [model('gpt-4.1'), model('gpt-4-1')];
  expect(resolveName(twins, 'gpt-4.1')).toMatchObject({ kind: 'found', model: { id: 'gpt-4.1' } });
  expect(resolveName(twins, 'GPT-4_1')).toMatchObject({ kind: 'ambiguous', models: twins });
  const minis = [model('gpt-5-mini'), model('mai-2-mini')];
  expect(resolveName(minis, 'mini')).toMatchObject({ kind: 'ambiguous', models: minis });
  expect(resolveName(minis, 'gpt-mini')).toMatchObject({ kind: 'found', model: { id: 'gpt-5-mini' } });
});

test('a window that the seat has not is told', () => {
  expect(resolveName(seat, 'claude-haiku-4.5[1m]')).toMatchObject({ smallerWindow: 200_000, by: 'spelling' });
  expect(resolveName(seat, 'claude-opus-5[1m]')).not.toHaveProperty('smallerWindow');
});

test('a model that policy has switched off is found by its name, and never chosen for a family', () => {
  expect(resolveName(seat, 'gpt-8-sol')).toMatchObject({ model: { policyState: 'disabled' } });
});

test('models of no family are shown to Claude-only clients under a name that leads back', () => {
  for (const one of seat) expect(resolveName(seat, discoveryName(one))).toMatchObject({ model: { id: one.id } });
});

const idParts = fc.tuple(
  fc.constantFrom('claude-opus', 'claude-sonnet', 'gpt', 'gpt-sol', 'gemini-flash', 'grok'),
  fc.integer({ min: 1, max: 9 }),
  fc.option(fc.integer({ min: 1, max: 9 })),
);
const ids = fc.uniqueArray(
  idParts.map(([words, major, minor]) => `${words}-${major}${minor === null ? '' : `.${minor}`}`),
  { minLength: 1, maxLength: 8 },
);
const spellings: readonly ((id: string) => string)[] = [
  (id) => id,
  (id) => id.replaceAll('.', '-'),
  (id) => id.toUpperCase(),
  (id) => `vendor/${id}`,
  (id) => `${id}-20260102`,
  (id) => `a/b/${id.replaceAll('.', '-')}-2026-01-02`,
  (id) => `${id}-latest`,
  (id) => `${id}[1m]`,
];

test('every spelling of an id is that model, and without it in the list none', () => {
  fc.assert(
    fc.property(ids, fc.constantFrom(...spellings), fc.nat(), (list, spell, pick) => {
      const id = list[pick % list.length] ?? '';
      const models = list.map((one) => model(one));
      expect(resolveName(models, spell(id))).toMatchObject({ kind: 'found', model: { id } });
      const others = models.filter((one) => one.id !== id);
      expect(resolveName(others, spell(id)).kind).toBe('unknown');
    }),
  );
});

test('no text breaks it', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), (asked) => {
      expect(['found', 'unknown', 'ambiguous']).toContain(resolveName(seat, asked).kind);
    }),
  );
});

test('a window that no row names is held against the longest prompt', () => {
  const { limits } = model('a');
  const asked = model('claude-opus-5', { limits: { ...limits, contextTokens: undefined } });
  expect(resolveName([asked], 'claude-opus-5[1m]')).toMatchObject({ kind: 'found', smallerWindow: 128_000 });
});
