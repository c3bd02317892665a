import { expect, test } from 'vitest';
import { isClaude, isGoogle, isOpenAi } from './model.ts';

test.each([
  ['Google', [], 'google'],
  ['google', [], 'google'],
  ['Anthropic', [], 'claude'],
  ['', ['/v1/messages'], 'claude'],
  ['OpenAI', ['/responses'], 'openai'],
  ['Azure OpenAI', [], 'openai'],
  ['openai', [], 'openai'],
  ['xAI', ['/responses'], ''],
] as const)('whose a model of %j at %j is', (vendor, endpoints, whose) => {
  const model = { vendor, endpoints };
  expect(
    [isGoogle(model) && 'google', isClaude(model) && 'claude', isOpenAi(model) && 'openai'].filter(Boolean),
  ).toEqual(whose === '' ? [] : [whose]);
});
