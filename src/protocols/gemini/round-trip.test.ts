/** Tests of what comes back: an answer of ours, sent back by the vendor's own chat or by hand, decoded and unsealed. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GoogleGenAI } from '@google/genai';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { encodeGemini, sealOwner, showThoughts } from '../../../test/support/gemini-frames.ts';
import { generatedBlocks, told, woven } from '../../../test/support/generated-answers.ts';
import type { Item } from '../../canonical/conversation.ts';
import { objectOf, parseJson, type JsonObject } from '../../canonical/json-value.ts';
import type { ModelRequest } from '../../canonical/model-request.ts';
import type { StreamPart } from '../../canonical/stream-part.ts';
import { parseLatin1Json } from '../../framing/latin1-json.ts';
import { unsealItems } from '../../translation/unseal-request.ts';
import { decodeGeminiRequest } from './decode-request.ts';

function itemsOf(body: JsonObject): readonly Item[] {
  const view = parseLatin1Json(Buffer.from(JSON.stringify(body)).toString('latin1'));
  const { items } = decodeGeminiRequest(objectOf(view), () => undefined);
  return unsealItems(items, sealOwner, 'gemini', ({ rule, reason }) => {
    // Thoughts that nobody sealed mean nothing to a model.
    if (rule !== 'not-carried') throw new Error(reason);
  });
}

/** An answer of Claude's: it thought, said something, called, and sealed the thought. */
const thoughtful: readonly StreamPart[] = [
  { type: 'start', usage: null },
  { type: 'block-start', block: 0, kind: 'reasoning' },
  { type: 'delta', block: 0, literal: '"Hmm."' },
  { type: 'seal', block: 0, sealed: { kind: 'signature', blob: 'SIG', id: null, text: 'Hmm.' } },
  { type: 'block-end', block: 0 },
  { type: 'block-start', block: 1, kind: 'text', phase: null },
  { type: 'delta', block: 1, literal: '"Let "' },
  { type: 'delta', block: 1, literal: '"me see."' },
  { type: 'block-end', block: 1 },
  {
    type: 'block-start',
    block: 2,
    kind: 'tool-call',
    callId: 'toolu_1',
    name: 'look',
    namespace: null,
    form: 'function',
  },
  { type: 'delta', block: 2, literal: String.raw`"{\"at\":1}"` },
  { type: 'block-end', block: 2 },
  { type: 'finish', reason: 'tool-calls', stopSequence: null, explanation: null },
];

const turn: readonly Item[] = [
  { kind: 'reasoning', text: 'Hmm.', sealed: { kind: 'signature', blob: 'SIG', id: null } },
  { kind: 'message', role: 'assistant', parts: [{ kind: 'text', text: 'Let me see.' }] },
  {
    kind: 'tool-call',
    callId: 'toolu_1',
    name: 'look',
    namespace: null,
    form: 'function',
    input: '{"at":1}',
    sealed: null,
  },
];

/** A door that answers in the way of the proxy, and keeps what it was asked. */
async function openDoor(change: Partial<ModelRequest>) {
  const bodies: JsonObject[] = [];
  const { frames, whole } = encodeGemini(thoughtful, change);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(objectOf(parseJson(Buffer.concat(chunks).toString())));
      if (request.url?.includes('stream') === true) {
        response.setHeader('content-type', 'text/event-stream');
        response.end(Buffer.from(frames, 'latin1'));
      } else {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(whole));
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { bodies, client: new GoogleGenAI({ apiKey: 'x', httpOptions: { baseUrl } }) };
}

test.each([
  ['streamed', true, {}],
  ['streamed with its thoughts', true, showThoughts],
  ['whole', false, {}],
  ['whole with its thoughts', false, showThoughts],
])("the vendor's chat sends an answer back as it was said: %s", async (_name, streams, change) => {
  const { bodies, client } = await openDoor(change);
  const chat = client.chats.create({ model: 'm', config: { systemInstruction: 'Be kind.' } });
  if (streams) {
    const names: (string | undefined)[] = [];
    for await (const chunk of await chat.sendMessageStream({ message: 'Go.' }))
      names.push(...(chunk.functionCalls ?? []).map(({ name }) => name));
    expect(names).toEqual(['look']);
  } else {
    const answer = await chat.sendMessage({ message: 'Go.' });
    expect(answer.functionCalls).toEqual([{ id: 'toolu_1', name: 'look', args: { at: 1 } }]);
    expect(answer.text).toBe('Let me see.');
  }
  const response = { output: 'Seen.' };
  await chat.sendMessage({ message: { functionResponse: { id: 'toolu_1', name: 'look', response } } });
  expect(itemsOf(bodies[1] ?? {})).toEqual([
    { kind: 'message', role: 'system', parts: [{ kind: 'text', text: 'Be kind.' }] },
    { kind: 'message', role: 'user', parts: [{ kind: 'text', text: 'Go.' }] },
    ...turn,
    {
      kind: 'tool-result',
      callId: 'toolu_1',
      form: 'function',
      parts: [{ kind: 'text', text: 'Seen.' }],
      isError: null,
    },
  ]);
});

test('a client that keeps no thoughts, no ids and no empty parts brings the seal back in its place', () => {
  const { whole } = encodeGemini(thoughtful, showThoughts);
  const parts = (whole?.candidates?.[0]?.content?.parts ?? []).flatMap((part) => {
    if (part.thought === true || part.text === '') return [];
    const { id: _id, ...functionCall } = part.functionCall ?? {};
    return [part.functionCall ? { ...part, functionCall } : part];
  });
  const items = itemsOf({ contents: [{ role: 'model', parts }] });
  expect(items).toEqual(turn.map((item) => (item.kind === 'tool-call' ? { ...item, callId: 'call_0' } : item)));
});

test('whatever is said, in whatever weave, follows the grammar, folds, and comes back', () => {
  fc.assert(
    fc.property(
      generatedBlocks(['text', 'reasoning', 'refusal', 'tool-call']),
      fc.array(fc.nat(6), { minLength: 1 }),
      fc.boolean(),
      (blocks, picks, shows) => {
        const parts = woven(blocks, picks);
        const { faults, whole } = encodeGemini(parts, shows ? showThoughts : {});
        expect(faults).toEqual([]);
        const content = whole?.candidates?.[0]?.content;
        const items = itemsOf({ contents: [{ role: 'user', parts: [{ text: 'Go.' }] }, content] }).slice(1);
        const calls = told(parts).filter(({ kind }) => kind === 'tool-call');
        expect(
          items.flatMap((item) => (item.kind === 'tool-call' ? [`${item.callId} ${item.name}`] : [])).toSorted(),
        ).toEqual(calls.map(({ callId, name }) => `${callId} ${name}`).toSorted());
        expect(items.flatMap((item) => (item.kind === 'tool-call' ? [parseJson(item.input)] : []))).toEqual(
          expect.arrayContaining(calls.map(({ text }) => parseJson(text))),
        );
        const said = told(parts).filter(({ kind }) => kind === 'text' || kind === 'refusal');
        const texts = items.flatMap((item) => (item.kind === 'message' ? item.parts : []));
        expect(
          texts.map((part) => (part.kind === 'text' ? part.text.length : 0)).reduce((sum, size) => sum + size, 0),
        ).toBe(said.reduce((sum, { text }) => sum + text.length, 0));
        const sealed = items.flatMap((item) => (item.kind === 'reasoning' && item.sealed ? [item.sealed.blob] : []));
        expect(sealed.toSorted()).toEqual(
          parts.flatMap((part) => (part.type === 'seal' ? [part.sealed.blob] : [])).toSorted(),
        );
      },
    ),
    { numRuns: 300 },
  );
});
