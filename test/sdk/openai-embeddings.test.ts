/** The official OpenAI SDK on Embeddings, in every form of input that it can send. */
import { encode } from 'gpt-tokenizer/encoding/cl100k_base';
import { expect, test } from 'vitest';
import { openai } from '../support/sdk-clients.ts';
import { useProxy } from '../support/use-proxy.ts';

const proxy = useProxy();
const model = 'text-embedding-3-small';
const text = 'The crossfeed valve: naïve, für später, 交差供給.';

async function embed(input: string | string[] | number[] | number[][], options: object = {}) {
  const answer = await openai(proxy()).embeddings.create({ model, input, ...options });
  return answer;
}

test("the SDK's default asks for base64 and gets the same figures as floats", async () => {
  // Without an encoding the SDK asks for base64 by itself and decodes the answer.
  const coded = await embed(text);
  const floats = await embed(text, { encoding_format: 'float' });
  expect(coded.object).toBe('list');
  expect(coded.data).toHaveLength(1);
  expect(coded.data[0]?.embedding).toHaveLength(1536);
  const singles = Array.from(new Float32Array(floats.data[0]?.embedding ?? []));
  expect(Array.from(coded.data[0]?.embedding ?? [])).toEqual(singles);
  expect(coded.usage.total_tokens).toBeGreaterThan(0);
});

test('base64 asked for explicitly stays base64', async () => {
  const answer = await embed(text, { encoding_format: 'base64' });
  const [first] = answer.data as readonly { readonly embedding: unknown }[];
  expect(Buffer.from(String(first?.embedding), 'base64')).toHaveLength(1536 * 4);
});

test('a list of texts gives as many vectors, in order', async () => {
  const both = await embed(['one', 'two'], { encoding_format: 'float' });
  const one = await embed('one', { encoding_format: 'float' });
  expect(both.data.map(({ index }) => index)).toEqual([0, 1]);
  expect(both.data[0]?.embedding).toEqual(one.data[0]?.embedding);
  expect(both.data[1]?.embedding).not.toEqual(one.data[0]?.embedding);
});

test.each([
  ['one list of tokens', encode(text), 1],
  ['several lists of tokens', [encode(text), encode('two')], 2],
])('%s means the text that they stand for', async (_name, input, count) => {
  const answer = await embed(input, { encoding_format: 'float' });
  const plain = await embed(text, { encoding_format: 'float' });
  expect(answer.data).toHaveLength(count);
  expect(answer.data[0]?.embedding).toEqual(plain.data[0]?.embedding);
});

test('fewer dimensions are passed on', async () => {
  const answer = await embed(text, { dimensions: 256 });
  expect(answer.data[0]?.embedding).toHaveLength(256);
});

test('more inputs than the model takes in one call are refused with the bound', async () => {
  const many = Array.from({ length: 513 }, () => 'one');
  await expect(embed(many)).rejects.toMatchObject({
    status: 400,
    param: 'input',
    message: expect.stringContaining('takes 512 in one call'),
  });
});
