/** Images wherever a protocol may hide one, and words that only look like one. */
import { expect, test } from 'vitest';
import type { UpstreamPath } from '../upstream.ts';
import { containsImage } from './vision.ts';

const deep = (levels: number): unknown => (levels === 0 ? { type: 'image' } : { content: [deep(levels - 1)] });

const rows: readonly [string, UpstreamPath, Record<string, unknown>, boolean][] = [
  ['chat text', '/chat/completions', { messages: [{ role: 'user', content: 'image_url' }] }, false],
  [
    'chat part',
    '/chat/completions',
    { messages: [{ content: [{ type: 'image_url', image_url: { url: 'x' } }] }] },
    true,
  ],
  [
    'an image in an old turn',
    '/chat/completions',
    { messages: [{ content: [{ type: 'image_url' }] }, { content: 'b' }] },
    true,
  ],
  ['a tool message', '/chat/completions', { messages: [{ role: 'tool', content: [{ type: 'image_url' }] }] }, true],
  ['a Messages block', '/v1/messages', { messages: [{ content: [{ type: 'image', source: {} }] }] }, true],
  [
    'a Messages tool result',
    '/v1/messages',
    { messages: [{ content: [{ type: 'tool_result', content: [{ type: 'image' }] }] }] },
    true,
  ],
  [
    'an image in a document',
    '/v1/messages',
    { messages: [{ content: [{ type: 'document', source: { type: 'content', content: [{ type: 'image' }] } }] }] },
    true,
  ],
  ['a PDF', '/v1/messages', { messages: [{ content: [{ type: 'document', source: { type: 'base64' } }] }] }, false],
  [
    'tool arguments that speak of images',
    '/v1/messages',
    { messages: [{ content: [{ type: 'tool_use', input: { type: 'image' } }] }] },
    false,
  ],
  ['a tool schema', '/v1/messages', { messages: [], tools: [{ type: 'image' }] }, false],
  ['a Responses part', '/responses', { input: [{ role: 'user', content: [{ type: 'input_image' }] }] }, true],
  [
    'a Responses tool output',
    '/responses',
    { input: [{ type: 'function_call_output', output: [{ type: 'input_image' }] }] },
    true,
  ],
  [
    'a screenshot',
    '/responses',
    { input: [{ type: 'computer_call_output', output: { type: 'computer_screenshot' } }] },
    true,
  ],
  ['a Responses string', '/responses', { input: 'input_image' }, false],
  ['embeddings', '/embeddings', { input: [{ type: 'image' }] }, false],
  ['absurd nesting', '/v1/messages', { messages: deep(5000) }, false],
  ['nothing', '/chat/completions', {}, false],
];

test.each(rows)('%s', (_name, path, body, expected) => {
  expect(containsImage(path, body)).toBe(expected);
});
