/** What of a request counts, kind by kind. */
import { expect, test } from 'vitest';
import type { Part } from '../canonical/content.ts';
import type { Item } from '../canonical/conversation.ts';
import type { Tool } from '../canonical/tool.ts';
import { sampleRequest } from '../../test/support/sample-request.ts';
import { countedRequest } from './count-request.ts';

const empty = sampleRequest({ items: [] });
const said = (...parts: readonly Part[]): Item => ({ kind: 'message', role: 'user', parts });
const data = 'A'.repeat(200_000);

const rows: readonly (readonly [string, Item, { text: string; fixedTokens: number; hasMedia: boolean }])[] = [
  ['text', said({ kind: 'text', text: 'hi' }), { text: 'hi', fixedTokens: 4, hasMedia: false }],
  [
    'an image, whatever its bytes',
    said({ kind: 'image', source: { kind: 'data', mediaType: 'image/png', data } }),
    { text: '', fixedTokens: 1_504, hasMedia: true },
  ],
  [
    'a small image',
    said({ kind: 'image', source: { kind: 'url', url: 'x' }, detail: 'low' }),
    { text: '', fixedTokens: 89, hasMedia: true },
  ],
  [
    'a document by its size',
    said({ kind: 'document', source: { kind: 'data', mediaType: 'application/pdf', data }, title: 'Plan' }),
    { text: 'Plan', fixedTokens: 8_004, hasMedia: true },
  ],
  [
    'a document of plain text as text',
    said({ kind: 'document', source: { kind: 'text', text: 'words' } }),
    { text: 'words', fixedTokens: 4, hasMedia: false },
  ],
  [
    'a call with its input',
    { kind: 'tool-call', callId: 'c', name: 'read', namespace: null, form: 'function', input: '{"a":1}', sealed: null },
    { text: 'read\n{"a":1}', fixedTokens: 8, hasMedia: false },
  ],
  [
    'a result with an image',
    {
      kind: 'tool-result',
      callId: 'c',
      form: 'function',
      isError: null,
      parts: [
        { kind: 'text', text: 'seen' },
        { kind: 'image', source: { kind: 'url', url: 'x' } },
      ],
    },
    { text: 'seen', fixedTokens: 1_508, hasMedia: true },
  ],
  [
    'reasoning that was shown',
    { kind: 'reasoning', text: 'hm', sealed: { kind: 'signature', blob: data, id: null } },
    { text: 'hm', fixedTokens: 0, hasMedia: false },
  ],
  [
    'reasoning that was not',
    { kind: 'reasoning', text: '', sealed: { kind: 'encrypted', blob: 'A'.repeat(600), id: null } },
    { text: '', fixedTokens: 100, hasMedia: false },
  ],
];

test.each(rows)('%s', (_what, item, counted) => {
  expect(countedRequest({ ...empty, items: [item] })).toEqual(counted);
});

test('tools and the schema of the answer count', () => {
  const tool: Tool = {
    kind: 'function',
    name: 'read',
    namespace: null,
    description: 'Reads.',
    schema: { type: 'object' },
    strict: null,
    deferred: false,
  };
  const format = { kind: 'json-schema', name: 'a', description: null, schema: { type: 'null' }, strict: null } as const;
  expect(countedRequest({ ...empty, tools: [tool], output: { format, verbosity: null } })).toEqual({
    text: 'read\nReads.\n{"type":"object"}\n{"type":"null"}',
    fixedTokens: 12,
    hasMedia: false,
  });
});
