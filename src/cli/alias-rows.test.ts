/** Aliases as `crossfeed models --aliases` shows them. */
import { expect, test } from 'vitest';
import { sampleModel } from '../../test/support/sample-model.ts';
import { aliasRows } from './alias-rows.ts';

const tier = (price: number) => ({
  inputNanoAiu: price,
  outputNanoAiu: price,
  cacheReadNanoAiu: undefined,
  cacheWriteNanoAiu: undefined,
});
const priced = (price: number) => ({ batchSize: 1, default: tier(price) });
const seat = [
  sampleModel('claude-haiku-5.5', { endpoints: ['/v1/messages', '/chat/completions'], prices: priced(3) }),
  sampleModel('gpt-6-luna', { endpoints: ['/responses'], prices: priced(1) }),
  sampleModel('gpt-all', { endpoints: ['/responses', '/chat/completions', '/v1/messages'], prices: priced(9) }),
];

test('each with its source and its meaning by endpoint', () => {
  const rows = aliasRows(seat, {
    config: { fast: ['haiku'], gone: ['gpt-9'], 'gpt-5-nano': ['gpt-all'] },
    keys: [{ label: 'editor', aliases: { fast: ['gpt-all'] } }],
    shippedOff: [
      'codex-auto-review',
      'claude-3-haiku',
      'claude-3-5-haiku',
      'gemini-2.5-flash-lite',
      'gemini-3.1-flash-lite',
    ],
  });
  const both = ['claude-haiku-5.5 (/chat/completions /v1/messages)', 'gpt-6-luna (/responses)'];
  expect(rows.map(({ name, from, means }) => [name, from.split(':')[0], means])).toEqual([
    ['fast', 'settings', ['claude-haiku-5.5 (/chat/completions /v1/messages)']],
    ['gone', 'settings', []],
    ['gpt-5-nano', 'settings', ['gpt-all']],
    ['fast', 'key editor', ['gpt-all']],
    ['background', 'anybody', both],
    ['claude-haiku-4-5', 'Claude Code, opencode and others', both],
    ['gemini-3.5-flash-lite', 'Gemini CLI', both],
    ['gemini-3-flash-preview', 'Gemini CLI', both],
  ]);
});

test('all shipped ones can be switched off', () => {
  expect(aliasRows(seat, { config: {}, keys: [], shippedOff: ['*'] })).toEqual([]);
});
