/** Aliases: whose count, what they lead to, and what they never hide. */
import { expect, test } from 'vitest';
import { sampleModel } from '../../test/support/sample-model.ts';
import type { Model } from '../canonical/model.ts';
import { noNeeds, type ModelNeeds } from './cheapest-model.ts';
import { resolveModel, type AliasSettings } from './resolve-model.ts';

const tier = (input: number, output: number) => ({
  inputNanoAiu: input,
  outputNanoAiu: output,
  cacheReadNanoAiu: undefined,
  cacheWriteNanoAiu: undefined,
});
const model = (id: string, price: number | null, change: Partial<Model> = {}) =>
  sampleModel(id, {
    ...change,
    prices: price === null ? undefined : { batchSize: 1_000_000, default: tier(price, price) },
  });

const seat = [
  model('claude-opus-5.5', 500, { endpoints: ['/v1/messages', '/chat/completions'] }),
  model('claude-haiku-5.5', 100, { endpoints: ['/v1/messages', '/chat/completions'] }),
  model('gpt-6-luna', 40, { endpoints: ['/responses'] }),
  model('gpt-tiny', 1, { endpoints: ['/responses'], policyState: 'disabled' }),
  model('gpt-hidden', 2, { endpoints: ['/responses'], listed: false }),
  model('mystery', null, { endpoints: ['/responses'] }),
  model('vectors', 0, { kind: 'embeddings', endpoints: ['/embeddings'] }),
];
const aliases: AliasSettings = {
  key: { fast: ['haiku'], both: ['gpt-6-luna'], 'gpt-6-luna': ['claude-opus-5.5'] },
  config: { both: ['opus'], slow: ['nothing', 'gpt-tiny', 'claude-opus-5-5'], gone: ['gpt-9'], loop: ['fast'] },
  shippedOff: ['Codex.Auto-Review'],
};

function resolved(asked: string, change: Partial<ModelNeeds> = {}, mayUse: (id: string) => boolean = () => true) {
  const answer = resolveModel(seat, asked, {
    aliases,
    needs: { ...noNeeds, ...change },
    mayUse: ({ id }) => mayUse(id),
  });
  if (answer.kind !== 'found') return answer;
  const { model: found, by, alias } = answer.resolution;
  return [found.id, by, ...(alias === undefined ? [] : [alias.from, alias.target])];
}

test.each<[string, string, Partial<ModelNeeds>, readonly string[]]>([
  ["a key's own alias", 'fast', {}, ['claude-haiku-5.5', 'alias', 'key', 'haiku']],
  ['capitals do not matter', 'FAST', {}, ['claude-haiku-5.5', 'alias', 'key', 'haiku']],
  ["the key's before that of the settings", 'both', {}, ['gpt-6-luna', 'alias', 'key', 'gpt-6-luna']],
  ['also for a name of the catalogue', 'gpt-6-luna', {}, ['claude-opus-5.5', 'alias', 'key', 'claude-opus-5.5']],
  ['the first that can be used', 'slow', {}, ['claude-opus-5.5', 'alias', 'config', 'claude-opus-5-5']],
  ['a shipped one', 'background', {}, ['gpt-6-luna', 'alias', 'shipped', 'background']],
  ['what Gemini CLI compacts with', 'gemini-3-flash-preview', {}, ['gpt-6-luna', 'alias', 'shipped', 'background']],
  [
    'on another endpoint',
    'background',
    { endpoint: '/v1/messages' },
    ['claude-haiku-5.5', 'alias', 'shipped', 'background'],
  ],
  [
    'where no model says that it can, still the endpoint',
    'background',
    { endpoint: '/v1/messages', vision: true },
    ['claude-haiku-5.5', 'alias', 'shipped', 'background'],
  ],
  ['by a dated name', 'claude-haiku-4-5-20251001', {}, ['gpt-6-luna', 'alias', 'shipped', 'background']],
  ["as Ollama's clients write it", 'claude-haiku-4-5:latest', {}, ['gpt-6-luna', 'alias', 'shipped', 'background']],
  ['an alias with a tag', 'fast:latest', {}, ['claude-haiku-5.5', 'alias', 'key', 'haiku']],
  ['with a vendor', 'anthropic/claude-3.5-haiku', {}, ['gpt-6-luna', 'alias', 'shipped', 'background']],
  ['the catalogue before a shipped one', 'claude-haiku-5-5', {}, ['claude-haiku-5.5', 'spelling']],
])('%s', (_name, asked, needs, expected) => {
  expect(resolved(asked, needs)).toEqual(expected);
});

test.each([
  ['gone', { kind: 'unknown', alias: { from: 'config', target: 'gpt-9' } }],
  ['loop', { kind: 'unknown', alias: { from: 'config', target: 'fast' } }],
  ['codex-auto-review', { kind: 'unknown' }],
  ['constructor', { kind: 'unknown' }],
  ['claude-opus-4.5', { kind: 'unknown' }],
])('%s leads nowhere', (asked, expected) => {
  expect(resolved(asked)).toEqual(expected);
});

test('a choice is made among what the key may use', () => {
  expect(resolved('background', {}, (id) => id.startsWith('claude'))).toContain('claude-haiku-5.5');
});

test('where the catalogue lists the name itself, no shipped alias stands before it', () => {
  const haiku = model('claude-haiku-4.5', 900);
  const answer = resolveModel([...seat, haiku], 'claude-haiku-4-5-20251001');
  expect(answer).toMatchObject({ resolution: { model: { id: 'claude-haiku-4.5' }, by: 'dated' } });
});
