/** Asks about the user's seats: the running proxy over its socket, or GitHub directly where none runs. */
import { systemClock } from '../base/clock.ts';
import { resolveHome } from '../config/home.ts';
import type { ServerStatus } from '../control/contract.ts';
import { callControl } from '../control/control-client.ts';
import { askIfRunning, controlPlace } from './ask-proxy.ts';
import type { CliContext } from './cli-context.ts';
import type { OpenSeats } from './direct-seats.ts';
import { createSeatDesk } from './seat-desk.ts';
import type { SeatOperations } from './seat-desk.ts';

export type Seats =
  /** A proxy runs, and answers from what it knows or asks GitHub by its own connections. */
  | (SeatOperations & { readonly server: ServerStatus })
  /** Nothing runs: every question goes to GitHub itself. */
  | (SeatOperations & { readonly server: null; readonly direct: Pick<OpenSeats, 'status'> });

/** GitHub has 30 s for an answer, and a token may have to be exchanged before the question. */
const answerMs = 70_000;

/** Runs `ask`, and closes whatever had to be opened for it. */
export async function withSeats<T>(context: CliContext, ask: (seats: Seats) => Promise<T>): Promise<T> {
  const server = await askIfRunning(context, 'status', {});
  if (server !== null) return ask({ ...remoteSeats(context), server });
  const { openDirectSeats } = await import('./direct-seats.ts');
  const opened = await openDirectSeats(context, resolveHome(context.env, context.homedir));
  try {
    const desk = createSeatDesk({ seat: opened.seat, clock: systemClock });
    return await ask({ ...desk, server: null, direct: opened });
  } finally {
    await opened.close();
  }
}

function remoteSeats(context: CliContext): SeatOperations {
  const place = { ...controlPlace(context), timeoutMs: answerMs };
  return {
    quota: (args) => callControl(place, 'quota', args),
    models: (args) => callControl(place, 'models', args),
    modelTerms: (args) => callControl(place, 'modelTerms', args),
    otherRoadModels: (args) => callControl(place, 'otherRoadModels', args),
    enableModel: (args) => callControl(place, 'enableModel', args),
  };
}
