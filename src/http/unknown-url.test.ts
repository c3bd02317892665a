/** Tests of what an unknown path is answered: it is quoted, a key in it is not. */
import { expect, test } from 'vitest';
import { unknownUrl } from './unknown-url.ts';

const key = `cf_${'kEy-_'.repeat(8)}abc`;

test.each([
  ['/k/secret-of-mine/v1', '/k/[redacted]/v1'],
  ['//k/secret-of-mine/v1', '//k/[redacted]/v1'],
  ['/K//secret-of-mine/v1', '/K//[redacted]/v1'],
  ['/v1/k/secret-of-mine', '/v1/k/[redacted]'],
  [`/${key}/v1/models`, '/[redacted]/v1/models'],
  ['/v1/nothing', '/v1/nothing'],
])('%s is quoted as %s: only a well-formed /k/ was kept back', (path, shown) =>
  expect(unknownUrl('GET', path).message).toContain(`Unknown URL: GET ${shown}. `),
);

test('callers of every protocol are told where their base URL ends', () => {
  const { message } = unknownUrl('POST', '/v1beta/nope');
  expect(['OpenAI', 'Anthropic', 'Gemini', 'Ollama'].filter((name) => !message.includes(name))).toEqual([]);
});
