/** What a translator has to make sense of, and what it must not, on every wire. */
import { chatQuirks } from './chat-quirks.ts';
import { messagesQuirks } from './messages-quirks.ts';
import { responsesQuirks } from './responses-quirks.ts';
import { goodText, stream, until, type UpstreamRow } from './upstream-row.ts';

/** On every wire: the connection stays open, and nobody waits for it. */
const openRows: readonly UpstreamRow[] = [
  {
    id: 'Q-O',
    name: 'the upstream stays open behind its last frame',
    wanted: 'OK',
    answers: (good) => stream(goodText(good), { end: 'silence' }),
  },
  {
    id: 'Q-O',
    name: 'the upstream stays open behind an error',
    wanted: 'MID',
    says: /the backend broke/,
    answers: (good) =>
      stream(`${until(good, 4)}event: error\ndata: {"type":"error","error":{"message":"the backend broke"}}\n\n`, {
        end: 'silence',
      }),
  },
  {
    id: 'Q-O',
    name: 'the finish seen, then a reset',
    wanted: 'OK',
    wires: ['chat'],
    answers: (good) => stream(until(good, 6), { end: 'reset' }),
  },
  {
    id: 'Q-O',
    name: 'the finish seen, then silence',
    wanted: 'OK',
    wires: ['chat', 'messages'],
    waits: true,
    answers: (good) => stream(until(good, good.lastAt), { end: 'silence' }),
  },
  {
    id: 'Q-O',
    name: 'half a frame behind the finish',
    wanted: 'OK',
    wires: ['chat'],
    answers: (good) => stream(`${until(good, 6)}data: {"id`),
  },
];

export const quirkRows: readonly UpstreamRow[] = [...chatQuirks, ...messagesQuirks, ...responsesQuirks, ...openRows];
