import { expect, test } from 'vitest';
import { createIdleLines } from './idle-lines.ts';

test.each<[string, boolean, string]>([
  ['a comment', false, ': keep-alive\n\n'],
  ['a long comment', false, `:${' '.repeat(300)}\n\n`],
  ['a ping', false, 'event: ping\ndata: {"type": "ping"}\n\n'],
  ['blank lines', false, '\r\n \r\n\n'],
  ['an event', true, 'event: message_stop\ndata: {"type":"message_stop"}\n\n'],
  ['data', true, 'data: {"a":": x"}\n\n'],
  ['a document without line ends', true, `{"text":"${'x'.repeat(100)}"}`],
])('%s adds something: %s, at every cut', (_, adds, text) => {
  for (let cut = 0; cut <= text.length; cut += 1) {
    const look = createIdleLines();
    const parts = [text.slice(0, cut), text.slice(cut)].map((part) => look(Buffer.from(part)));
    expect(parts.includes(true)).toBe(adds);
  }
});
