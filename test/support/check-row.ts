/** The ways in to an upstream that speaks the same, and what a row of the upstream corpus must come to on each. */
import { expect } from 'vitest';
import { goodStreams, type Wire } from '../corpora/upstream-rows/good-streams.ts';
import { upstreamRows } from '../corpora/upstream-rows/rows.ts';
import type { UpstreamRow } from '../corpora/upstream-rows/upstream-row.ts';
import {
  codeIn,
  expectCode,
  expectError,
  reasonOf,
  textOf,
  wantedOf,
  type Answer,
  type Face,
  type Json,
} from './play-row.ts';
import { readStream } from './stream-grammar.ts';

const turn = { role: 'user', content: 'hi' };
export const rawFaces: readonly Face[] = [
  {
    name: 'chat raw',
    wire: 'chat',
    path: '/v1/chat/completions',
    body: (stream) => ({ model: 'm-chat', messages: [turn], stream, stream_options: { include_usage: true } }),
  },
  {
    name: 'chat patched',
    wire: 'chat',
    path: '/v1/chat/completions',
    body: (stream) => ({ model: 'm-chat', messages: [turn], stream }),
  },
  {
    name: 'messages',
    wire: 'messages',
    path: '/v1/messages',
    body: (stream) => ({ model: 'm-messages', max_tokens: 10, messages: [turn], stream }),
  },
  {
    name: 'responses',
    wire: 'responses',
    path: '/v1/responses',
    body: (stream) => ({ model: 'm-responses', input: 'hi', stream }),
  },
];

/** The rows that concern it. */
export function rowsOf(face: Face): readonly UpstreamRow[] {
  const { wire } = face;
  return upstreamRows.filter(
    (row) =>
      (row.wires ?? [wire]).includes(wire) &&
      (wire !== 'chat' || row.chatLane === undefined || face.name === `chat ${row.chatLane}`),
  );
}

export function checkStream(row: UpstreamRow, wire: Wire, answer: Answer) {
  const wanted = wantedOf(row.wanted, wire);
  if (wanted !== 'OK' && wanted !== 'MID') {
    return expectError(answer, row, wire, wanted === 'P502' ? 502 : wanted);
  }
  expect(answer.status, answer.text).toBe(200);
  const read = readStream(wire, answer.text);
  expect(read.breaches).toEqual([]);
  if (wanted === 'MID') {
    expect(read.ending).toBe('failed');
    if (wire !== 'messages') expectCode(codeIn(wire, answer.text), row.code, 502);
    if (row.says) expect(answer.text).toMatch(row.says);
    return;
  }
  expect(read).toMatchObject({ ending: 'finished', text: row.text ?? goodStreams[wire].text });
  if (row.reason !== undefined) expect(read.reason).toBe(row.reason);
  if (row.tools) expect(read.calls.map((call) => [call.name, call.arguments])).toEqual(row.tools);
}

export function checkWhole(row: UpstreamRow, wire: Wire, answer: Answer) {
  const wanted = wantedOf(row.wholeWanted ?? row.wanted, wire);
  if (wanted !== 'OK') {
    return expectError(answer, row, wire, wanted === 'MID' || wanted === 'P502' ? 502 : wanted);
  }
  expect(answer.status, answer.text).toBe(200);
  const document = JSON.parse(answer.text);
  expect(textOf(wire, document)).toBe(row.text ?? goodStreams[wire].text);
  if (row.reason !== undefined) expect(reasonOf(wire, document)).toBe(row.reason);
  if (row.tools) {
    const calls = document.choices[0].message.tool_calls as readonly Json[];
    expect(calls.map((call) => [call.function.name, call.function.arguments])).toEqual(row.tools);
  }
}
