/** A lower bound that says something else than Crossfeed would bound nothing. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bodyOf, question } from '../../bench/bodies.ts';
import { readyPort, startChild, type Child } from '../../bench/child-program.ts';
import { readFrame } from '../../src/framing/server-sent-events.ts';
import { createMessagesGrammar } from '../../src/protocols/anthropic-messages/grammar.ts';

const folder = mkdtempSync(join(tmpdir(), 'crossfeed-pair-'));
const script = (name: string) => new URL(`../../bench/programs/${name}.ts`, import.meta.url).pathname;
const children: Child[] = [];
let port = 0;

beforeAll(async () => {
  const upstream = startChild({ script: script('fake-upstream') });
  children.push(upstream);
  const { port: upstreamPort } = (await upstream.next()) as { port: number };
  const readyFile = join(folder, 'ready.json');
  children.push(startChild({ script: script('pair-proxy'), args: [String(upstreamPort), readyFile] }));
  port = await readyPort(readyFile);
}, 30_000);

afterAll(async () => {
  for (const child of children) await child.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Said {
  readonly delta?: { readonly text?: string; readonly partial_json?: string };
}

test.each([
  ['text', 'any tank '.repeat(30)],
  ['call', JSON.stringify({ text: 'a line\n'.repeat(30) })],
] as const)('the pair made by hand says %s in sound Messages', async (kind, expected) => {
  const history = { turns: 2, lines: 1, tools: 1 };
  const body = bodyOf('messages', 'bench-responses', question(30, 0, kind), history);
  const answer = await fetch(`http://127.0.0.1:${port}/v1/messages`, { method: 'POST', body });
  const grammar = createMessagesGrammar();
  let said = '';
  for (const frame of (await answer.text()).split('\n\n').filter((text) => text !== '')) {
    const event = JSON.parse(readFrame(frame, 0, frame.length).data) as Said;
    expect(grammar.push(event)).toBeNull();
    said += event.delta?.text ?? event.delta?.partial_json ?? '';
  }
  expect(grammar.end()).toBeNull();
  expect(said).toBe(expected);
});
