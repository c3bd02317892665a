import { expect, test } from 'vitest';
import type { ExchangePlan } from './plan-exchange.ts';
import { answerShape, embeddingsShape } from './answer-shapes.ts';

const endpoints = ['/chat/completions', '/responses', '/v1/messages'] as const;

test.each(endpoints)('a flat error under a 200 is no answer of %s', (endpoint) => {
  const plan = {
    endpoint,
    path: endpoint,
    streamRules: new Set<never>(),
    toolNames: new Map<never, never>(),
    returnWay: null,
  };
  const place = { session: 's', createdAtS: 0, checksGrammar: false, report: () => undefined };
  const shape = answerShape(plan as unknown as ExchangePlan, place, 1024);
  expect(shape.isError({ message: 'You have no quota' })).toBe(true);
  expect(shape.isError({ error: 'boom' })).toBe(true);
});

test('an embeddings answer that lacks nothing keeps its bytes', () => {
  const whole = { object: 'list', model: 'm', data: [{ object: 'embedding', index: 0, embedding: [0.5] }] };
  expect(embeddingsShape('m', false).rewrite(whole)).toBeUndefined();
  expect(embeddingsShape('m', true).rewrite(whole)).toContain('"embedding":"AAAAPw=="');
  expect(embeddingsShape('m', false).rewrite({ data: [{ embedding: [0.5] }] })).toBe(JSON.stringify(whole));
});
