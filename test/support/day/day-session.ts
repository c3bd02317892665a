/** Sessions of a tool, made of words alone: the same for the same seed, whatever becomes of this repository. */
import { randomOf, type AgentSession } from '../agent-sessions.ts';

const words = (
  'the a of to in is that for it as with on be by this from at or an are was not have but if when then than each ' +
  'file line value list name path test case error build cache queue table index branch parser reader writer client ' +
  'server socket buffer stream header budget ledger reads writes returns keeps drops sends opens closes waits fails ' +
  'const let return await async import export null true false => { } ( ) [ ] ; , . 0 1 42 1024'
).split(' ');

export function sessionOf(seed: number, turnCount: number): AgentSession {
  const random = randomOf(seed);
  function text(bytes: number): string {
    let made = '';
    for (let count = 1; made.length < bytes; count += 1)
      made += `${words[Math.floor(random() * words.length)] ?? ''}${count % 12 === 0 ? '\n' : ' '}`;
    return made;
  }
  // From a line to a file: most results are short, some are very long.
  const size = (most: number) => Math.round(80 * (most / 80) ** random());
  return {
    system: text(10_000),
    tools: Array.from({ length: 8 + Math.floor(random() * 8) }, (_, index) => ({
      name: `tool_${index}`,
      description: text(300 + size(1_500)),
      schema: {
        type: 'object',
        properties: { command: { type: 'string', description: text(120) }, limit: { type: 'integer' } },
        required: ['command'],
      },
    })),
    task: text(size(1_200)),
    turns: Array.from({ length: turnCount }, () => ({
      said: text(size(400)),
      command: text(size(200)),
      result: text(size(24_000)),
    })),
  };
}
