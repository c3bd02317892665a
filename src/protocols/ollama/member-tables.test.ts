/** What is reported of a request, and that no member of the vendor's types is forgotten. */
import type { ChatRequest, EmbedRequest, EmbeddingsRequest, GenerateRequest, Options } from 'ollama';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../canonical/json-value.ts';
import type { RequestEdit } from '../../canonical/request-edit.ts';
import { decodeOllamaChat } from './decode-request.ts';
import { chatMembers, embeddingMembers, generateMembers, optionMembers } from './member-tables.ts';

const messages = [{ role: 'user', content: 'hi' }];

test.each<[string, JsonObject, readonly string[]]>([
  ['a window of its own', { options: { num_ctx: 8192 } }, ['options.num_ctx']],
  [
    'samplers and machines',
    { options: { min_p: 0.1, mirostat: 1, repeat_penalty: 1.1, num_gpu: 1 } },
    ['options.min_p', 'options.mirostat', 'options.num_gpu', 'options.repeat_penalty'],
  ],
  [
    'options that change nothing',
    { options: { min_p: 0, mirostat: 0, repeat_penalty: 1, typical_p: 1, num_thread: null } },
    [],
  ],
  ['a member that nobody knows', { surprise: 1, options: { odd: 1 } }, ['options.odd', 'surprise']],
  ['what every client says', { keep_alive: '5m', stream: true, options: {}, truncate: true, shift: true }, []],
  [
    'members of messages',
    { messages: [{ role: 'user', content: 'a', mood: 'sad', images: [], thinking: '' }] },
    ['messages.0.mood'],
  ],
])('reports %s', (_name, body, paths) => {
  const edits: RequestEdit[] = [];
  decodeOllamaChat({ model: 'm', messages, ...body }, (edit) => edits.push(edit));
  expect(edits.map(({ path }) => path ?? '').sort()).toEqual(paths);
  expect(edits.every(({ rule }) => rule === 'not-carried')).toBe(true);
});

/** All members, none forgotten: the compiler counts them. */
type Every<T> = Readonly<Record<keyof T, 0>>;

const chat = {
  model: 0,
  messages: 0,
  stream: 0,
  format: 0,
  keep_alive: 0,
  tools: 0,
  think: 0,
  logprobs: 0,
  top_logprobs: 0,
  options: 0,
} satisfies Every<ChatRequest>;
const generate = {
  model: 0,
  prompt: 0,
  suffix: 0,
  system: 0,
  template: 0,
  context: 0,
  stream: 0,
  raw: 0,
  format: 0,
  images: 0,
  keep_alive: 0,
  think: 0,
  logprobs: 0,
  top_logprobs: 0,
  width: 0,
  height: 0,
  steps: 0,
  options: 0,
} satisfies Every<GenerateRequest>;
const options = {
  numa: 0,
  num_ctx: 0,
  num_batch: 0,
  num_gpu: 0,
  main_gpu: 0,
  low_vram: 0,
  f16_kv: 0,
  logits_all: 0,
  vocab_only: 0,
  use_mmap: 0,
  use_mlock: 0,
  embedding_only: 0,
  num_thread: 0,
  num_keep: 0,
  seed: 0,
  num_predict: 0,
  top_k: 0,
  top_p: 0,
  min_p: 0,
  tfs_z: 0,
  typical_p: 0,
  repeat_last_n: 0,
  temperature: 0,
  repeat_penalty: 0,
  presence_penalty: 0,
  frequency_penalty: 0,
  mirostat: 0,
  mirostat_tau: 0,
  mirostat_eta: 0,
  penalize_newline: 0,
  stop: 0,
} satisfies Every<Options>;
const embed = {
  model: 0,
  input: 0,
  truncate: 0,
  keep_alive: 0,
  dimensions: 0,
  options: 0,
} satisfies Every<EmbedRequest>;
const embeddings = { model: 0, prompt: 0, keep_alive: 0, options: 0 } satisfies Every<EmbeddingsRequest>;

test.each([
  ['chat', chat, chatMembers],
  ['generate', generate, generateMembers],
  ['options', options, optionMembers],
  ['embed', embed, embeddingMembers],
  ['embeddings', embeddings, embeddingMembers],
])("every member of the vendor's type of %s is in the table", (_name, members, table) => {
  expect(Object.keys(members).filter((member) => !Object.hasOwn(table, member))).toEqual([]);
});
