/** What every peer is started with, and how it is found listening. */
import { freePort, listening, type Child } from '../child-program.ts';

export interface PeerStart {
  readonly upstreamUrl: string;
  readonly port: number;
  /** An empty folder of its own: for settings, and as its home. */
  readonly home: string;
  /** For peers on Node: the probe, and what the profiler needs. */
  readonly nodeFlags: readonly string[];
}

export interface StartedPeer {
  readonly child: Child;
  readonly port: number;
}

export async function startPeer(
  launch: (start: PeerStart) => Promise<Child>,
  start: Omit<PeerStart, 'port'>,
): Promise<StartedPeer> {
  const port = await freePort();
  const child = await launch({ ...start, port });
  try {
    await listening(port, child);
    return { child, port };
  } catch (error) {
    await child.stop();
    throw error;
  }
}
