/** Puts the dashboard together: its sign-in, its page, its feed, and whoever answers its questions. */
import type { Clock } from '../base/clock.ts';
import { answerQuestion } from '../control/answer-question.ts';
import type { ControlOperations, ControlReply } from '../control/contract.ts';
import { readAssets, type Asset } from './assets.ts';
import { createDashboardDoor, type DashboardDoor } from './door.ts';
import { createLiveFeed } from './live-feed.ts';
import type { LiveSnapshot } from './live-snapshot.ts';
import { createSignIn } from './sign-in.ts';

export interface OwnerQuestions {
  readonly operations: ControlOperations;
  readonly onFault: (error: Error) => void;
}

export interface DashboardOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly newSecret: () => string;
  readonly snapshot: () => LiveSnapshot;
}

export interface Dashboard {
  readonly door: DashboardDoor;
  /** For a link that its owner alone gets to see. */
  newCode(): string;
  answerWith(questions: OwnerQuestions): void;
  /** Ends the live feeds: they would hold up a drain. */
  close(): void;
}

const notYet: ControlReply = { ok: false, error: { code: 'failed', message: 'The proxy is still starting.' } };

export function createDashboard({ folder, clock, newSecret, snapshot }: DashboardOptions): Dashboard {
  const signIn = createSignIn({ clock, newSecret });
  const feed = createLiveFeed({
    clock,
    snapshot,
    // Calls and what waits for a word grow older as one looks.
    isMoving: ({ open, approvals }) => open.length > 0 || approvals > 0,
  });
  let questions: OwnerQuestions | undefined;
  let assets: Promise<ReadonlyMap<string, Asset>> | undefined;

  async function ask(operation: string, args: unknown): Promise<ControlReply> {
    if (questions === undefined) return notYet;
    const { parseQuestion } = await import('../control/request-schema.ts');
    const parsed = parseQuestion({ operation, args });
    if ('problem' in parsed) return { ok: false, error: { code: 'invalid_request', message: parsed.problem } };
    const { request } = parsed;
    if (request.operation === 'events')
      return { ok: false, error: { code: 'invalid_request', message: 'The live feed is at /ui/api/live.' } };
    return answerQuestion(questions.operations, request, questions.onFault);
  }

  return {
    // The page is read with its first visit: a proxy whose dashboard nobody opens never pays for it.
    door: createDashboardDoor({ signIn, feed, ask, assets: () => (assets ??= readAssets(folder)) }),
    newCode: () => signIn.newCode(),
    answerWith: (asked) => (questions = asked),
    close: () => feed.close(),
  };
}
