/** The way into the dashboard: one-time codes that its owner gets, and the sessions that they become. */
import { createHash } from 'node:crypto';
import type { Clock } from '../base/clock.ts';

export interface DashboardSession {
  /** What a request that changes or asks anything must repeat in a header: a page of another site cannot know it. */
  readonly csrf: string;
}

export interface SignIn {
  /** Opens one session within ten minutes. Only whoever owns the machine's account gets to see it. */
  newCode(): string;
  /** The value of the session's cookie; undefined where the code was used, is old or is none. */
  redeem(code: string): string | undefined;
  /** The session of a cookie's value, which lives on for another twelve hours. */
  find(cookie: string): DashboardSession | undefined;
  end(cookie: string): void;
}

export interface SignInOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Unguessable, safe in a URL. */
  readonly newSecret: () => string;
}

const codeMs = 10 * 60 * 1000;
const idleMs = 12 * 60 * 60 * 1000;
const maxCodes = 20;
const maxSessions = 50;

export function createSignIn({ clock, newSecret }: SignInOptions): SignIn {
  /** By digests: what stands in memory opens nothing. In order of their last use. */
  const codes = new Map<string, { readonly untilMs: number }>();
  const sessions = new Map<string, DashboardSession & { readonly untilMs: number }>();

  function keep<T extends { readonly untilMs: number }>(all: Map<string, T>, key: string, entry: T, most: number) {
    all.delete(key);
    all.set(key, entry);
    const now = clock.monotonic();
    for (const [oldest, { untilMs }] of all) if (all.size > most || untilMs <= now) all.delete(oldest);
  }

  return {
    newCode() {
      const code = newSecret();
      keep(codes, digest(code), { untilMs: clock.monotonic() + codeMs }, maxCodes);
      return code;
    },
    redeem(code) {
      const key = digest(code);
      const found = codes.get(key);
      codes.delete(key);
      if (found === undefined || found.untilMs <= clock.monotonic()) return undefined;
      const cookie = newSecret();
      keep(sessions, digest(cookie), { csrf: newSecret(), untilMs: clock.monotonic() + idleMs }, maxSessions);
      return cookie;
    },
    find(cookie) {
      const key = digest(cookie);
      const found = sessions.get(key);
      if (found === undefined || found.untilMs <= clock.monotonic()) return undefined;
      keep(sessions, key, { ...found, untilMs: clock.monotonic() + idleMs }, maxSessions);
      return found;
    },
    end: (cookie) => void sessions.delete(digest(cookie)),
  };
}

function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
