/** A coding agent at work: session after session, each call tried again as released tools and SDKs do, then given up. */
import { sleep, type Clock } from '../../src/base/clock.ts';
import { agentSession, requestOf } from './agent-sessions.ts';

export interface AgentKind {
  readonly name: string;
  readonly path: keyof typeof requestOf;
  readonly model: string;
  /** What stands in a whole answer and in no part of one. */
  readonly lastWord: string;
}

/** How one turn ended for the person in front of it. */
export interface TurnEnd {
  readonly agent: string;
  readonly at: number;
  readonly attempts: number;
  /** Null where it was answered; else what the agent shows, and the person has to do something about. */
  readonly shown: string | null;
}

export interface AgentSetting {
  readonly url: string;
  readonly key: string;
  readonly clock: Clock;
  readonly random: () => number;
  /** What happens to the next attempt is arranged here. */
  readonly beforeAttempt: () => void;
  /** No further turn once it says so. */
  readonly isOver: () => boolean;
  readonly told: (end: TurnEnd) => void;
}

/** Claude Code tries ten times and waits half a second, then twice as long each time, half a minute at most. */
const mostAttempts = 11;
const firstWaitMs = 500;
const longestWaitMs = 32_000;
const turnsOfSession = 14;
/** A tool runs, a person reads. */
const pauseMs = { least: 20_000, most: 140_000 };

export async function workAsAgent(kind: AgentKind, setting: AgentSetting): Promise<void> {
  const { clock, random, isOver, told } = setting;
  for (let serial = 0; !isOver(); serial += 1) {
    const session = agentSession(Math.floor(random() * 1e6), turnsOfSession);
    const id = `${kind.name}-${serial}`;
    for (let turn = 0; turn < turnsOfSession && !isOver(); turn += 1) {
      // The texts are of this repository, whose pages hold the simulator's markers.
      const body = JSON.stringify({ ...requestOf[kind.path](session, turn, kind.model), stream: true });
      const end = await askPatiently(kind, setting, id, body.replaceAll('[[sim:', '[[ sim:'));
      told(end);
      await sleep(clock, pauseMs.least + random() * (pauseMs.most - pauseMs.least));
    }
  }
}

async function askPatiently(kind: AgentKind, setting: AgentSetting, session: string, body: string): Promise<TurnEnd> {
  const { clock } = setting;
  let shown: string | null = null;
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const answer = await askOnce(kind, setting, session, body);
    shown = answer.shown;
    if (shown === null || !answer.again || attempt === mostAttempts)
      return { agent: kind.name, at: clock.now(), attempts: attempt, shown };
    const backoffMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1));
    await sleep(clock, answer.waitMs ?? backoffMs * (0.75 + setting.random() / 4));
  }
  return { agent: kind.name, at: clock.now(), attempts: mostAttempts, shown };
}

/** What a person would be shown if it were the end, and whether it is tried again. */
interface Attempt {
  readonly shown: string | null;
  readonly again: boolean;
  readonly waitMs?: number;
}

async function askOnce(
  { path, lastWord }: AgentKind,
  { url, key, beforeAttempt }: AgentSetting,
  session: string,
  body: string,
): Promise<Attempt> {
  beforeAttempt();
  try {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'session-id': session };
    const reply = await fetch(url + path, { method: 'POST', headers, body });
    const text = await reply.text();
    if (reply.status === 200)
      return text.includes(lastWord)
        ? { shown: null, again: false }
        : { shown: `broken off: ${text.slice(-200)}`, again: true };
    const wish = reply.headers.get('x-should-retry');
    const passes = reply.status === 408 || reply.status === 409 || reply.status === 429 || reply.status >= 500;
    const after = Number(reply.headers.get('retry-after') ?? Number.NaN);
    return {
      shown: `${reply.status} ${text.slice(0, 300)}`,
      again: wish === null ? passes : wish === 'true',
      ...(Number.isFinite(after) && { waitMs: after * 1000 }),
    };
  } catch (error) {
    return { shown: String(error), again: true };
  }
}
