/** Whether a turn costs more for the turns before it: a long session beside the same bodies, each in a session of its own. */
import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { bodyOf, paths, type Speech } from './bodies.ts';
import { markdownRows } from './report.ts';
import type { Subject, SubjectStarter } from './subjects.ts';

interface Talk {
  readonly name: string;
  readonly speech: Speech;
  /** The caller says its own turn alone and the proxy knows the rest: from its memory, or from its disk. */
  readonly goesOn?: 'memory' | 'disk';
}

const talks: readonly Talk[] = [
  { name: 'Chat', speech: 'chat' },
  { name: 'Messages', speech: 'messages' },
  { name: 'Responses', speech: 'responses' },
  { name: 'Responses, `previous_response_id`', speech: 'responses', goesOn: 'memory' },
  { name: 'Responses, `previous_response_id`, stored', speech: 'responses', goesOn: 'disk' },
];

/** So many turns up to each mark are measured, in two halves between which the fresh sessions have theirs. */
const half = 10;
/** Rows of the ledger wait a quarter of a second, and what looks at a prompt waits less. */
const restMs = 400;
const tools = 12;

/** The whole conversation up to turn `at`. */
function wholeBody({ speech }: Talk, at: number): string {
  const body = bodyOf(speech, `bench-${speech}`, `Tell me of the valve. bench answer=${at}`, {
    turns: at,
    lines: 1,
    tools,
  });
  return body.replace('"stream":true', '"stream":false');
}

/** Turn `at` alone, which goes on from the answer before. */
function ownTurn(talk: Talk, at: number): string {
  const whole = JSON.parse(wholeBody(talk, 1).replace('answer=1', `answer=${at}`)) as object;
  const previous = at === 1 ? {} : { previous_response_id: `resp_${at - 1}` };
  return JSON.stringify({ ...whole, ...previous, store: talk.goesOn === 'disk' ? true : undefined });
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

async function ask({ port, key }: Subject, path: string, body: string, session: string): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}`, 'x-session-id': session };
  const status = await new Promise<number | undefined>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers }, (reply) => {
      reply.once('end', () => resolve(reply.statusCode)).once('error', reject);
      reply.resume();
    })
      .once('error', reject)
      .end(body);
  });
  if (status !== 200) throw new Error(`${path}, ${session}: the answer was ${status}`);
}

async function cpuMsOf({ child }: Subject): Promise<number> {
  await wait(restMs);
  return (await child.usage()).cpuMs;
}

interface TurnCost {
  readonly bodyKb: number;
  readonly inSessionMs: number;
  readonly freshMs: number;
}

async function measureTalk(subject: Subject, talk: Talk, marks: readonly number[]): Promise<readonly TurnCost[]> {
  const path = paths[talk.speech];
  const costs: TurnCost[] = [];
  let at = 1;
  const inSession = () => ask(subject, path, talk.goesOn ? ownTurn(talk, at) : wholeBody(talk, at), 'long');
  const fresh = () => ask(subject, path, wholeBody(talk, at), `fresh ${at}`);
  async function cpuOf(call: () => Promise<void>, from: number): Promise<number> {
    const before = await cpuMsOf(subject);
    for (at = from; at < from + half; at += 1) await call();
    return (await cpuMsOf(subject)) - before;
  }
  for (const mark of marks) {
    while (at <= mark - 2 * half) {
      await inSession();
      at += 1;
    }
    let inSessionMs = 0;
    let freshMs = 0;
    for (const from of [mark - 2 * half + 1, mark - half + 1]) {
      inSessionMs += await cpuOf(inSession, from);
      freshMs += await cpuOf(fresh, from);
    }
    const bodyKb = wholeBody(talk, mark).length / 1024;
    costs.push({ bodyKb, inSessionMs: inSessionMs / (2 * half), freshMs: freshMs / (2 * half) });
  }
  return costs;
}

/** The table; each talk has a program of its own. */
export async function sessionCostTable(starter: SubjectStarter, marks: readonly number[]): Promise<string> {
  const rows: string[][] = [];
  for (const talk of talks) {
    const subject = await starter.start('crossfeed');
    try {
      const costs = await measureTalk(subject, talk, marks);
      for (const [index, { bodyKb, inSessionMs, freshMs }] of costs.entries()) {
        const turn = (marks[index] ?? 0).toLocaleString('en-US');
        const cells = [
          bodyKb.toFixed(0),
          inSessionMs.toFixed(1),
          freshMs.toFixed(1),
          (inSessionMs / freshMs).toFixed(2),
        ];
        rows.push([talk.name, turn, ...cells]);
      }
    } finally {
      await subject.child.stop();
    }
  }
  const head = ['protocol', 'turn', 'conversation, kB', 'CPU ms in its session', 'CPU ms as a first turn', 'ratio'];
  return markdownRows(head, rows, (name) => name !== 'protocol');
}
