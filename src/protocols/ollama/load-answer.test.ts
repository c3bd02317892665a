/** Requests that only load or unload a model. */
import { expect, test } from 'vitest';
import type { JsonObject } from '../../canonical/json-value.ts';
import { createOllamaGrammar } from './grammar.ts';
import { loadAnswer, type LoadKind } from './load-answer.ts';

const at = 1_795_388_400;
const created_at = '2026-11-22T23:00:00Z';
const load = { model: 'm', created_at, done: true, done_reason: 'load' };
const unload = { ...load, done_reason: 'unload' };
const message = { role: 'assistant', content: '' };

test.each<[string, JsonObject, LoadKind, JsonObject]>([
  ['no messages', {}, 'chat', { ...load, message }],
  ['an empty list', { messages: [], keep_alive: '10m' }, 'chat', { ...load, message }],
  ['an unload', { messages: [], keep_alive: 0 }, 'chat', { ...unload, message }],
  ['no prompt', {}, 'generate', { ...load, response: '' }],
  ['an empty prompt', { prompt: '', keep_alive: -1 }, 'generate', { ...load, response: '' }],
  ['an unload in words', { prompt: '', keep_alive: '0' }, 'generate', { ...unload, response: '' }],
  ['in seconds', { keep_alive: '0s' }, 'generate', { ...unload, response: '' }],
  ['in hours and minutes', { keep_alive: '0h0m' }, 'generate', { ...unload, response: '' }],
  ['ten seconds', { keep_alive: '10s' }, 'generate', { ...load, response: '' }],
  ['no texts', { input: [] }, 'embed', { model: 'm', embeddings: [] }],
  ['an empty text', { input: '' }, 'embed', { model: 'm', embeddings: [] }],
  ['an empty prompt of old', { prompt: '' }, 'embeddings', { embedding: [] }],
])('%s', (_name, view, kind, answer) => {
  expect(loadAnswer({ model: 'm', ...view }, kind, at)).toEqual(answer);
  if (kind === 'chat' || kind === 'generate') expect(createOllamaGrammar(kind).push(answer)).toBeNull();
});

test.each<[JsonObject, LoadKind]>([
  [{ messages: [{ role: 'user', content: 'hi' }], keep_alive: 0 }, 'chat'],
  [{ messages: 'hi' }, 'chat'],
  [{ prompt: 'hi', keep_alive: 0 }, 'generate'],
  [{ prompt: '', images: ['iVBORw0KGgo'] }, 'generate'],
  [{ input: ['', 'a'] }, 'embed'],
  [{ prompt: 'a' }, 'embeddings'],
])('%j asks %s for more', (view, kind) => {
  expect(loadAnswer({ model: 'm', ...view }, kind, at)).toBeUndefined();
});
