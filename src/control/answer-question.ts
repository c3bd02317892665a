/** Answers one question of the contract, whichever way it came: over the socket or from the dashboard. */
import { ProxyError } from '../errors/proxy-error.ts';
import type { ControlOperations, ControlReply } from './contract.ts';
import type { CheckedRequest } from './request-schema.ts';

export type Question = Exclude<CheckedRequest, { operation: 'events' }>;

/** Never rejects. `onFault` hears of what is neither the question's fault nor GitHub's. */
export async function answerQuestion(
  operations: ControlOperations,
  { operation, args }: Question,
  onFault: (error: Error) => void,
): Promise<ControlReply> {
  // The schema has checked that the arguments are this operation's own.
  const run = operations[operation] as (args: unknown) => unknown;
  try {
    return { ok: true, result: await run(args) };
  } catch (thrown) {
    return failureOf(thrown, onFault);
  }
}

/** What GitHub refuses is an answer, not a fault of this server. */
export function failureOf(thrown: unknown, onFault: (error: Error) => void): ControlReply {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { message } = error;
  if (error instanceof ProxyError) return { ok: false, error: { code: 'failed', message, reason: error.code } };
  onFault(error);
  return { ok: false, error: { code: 'failed', message } };
}
