/** What a scenario may say of the device login: who decides, when, and how patient GitHub is. */

export interface DeviceScenario {
  /** `asked`: nobody decides until a test or `POST /_simulator/device` does; the others happen by themselves. */
  readonly decision: 'approved' | 'denied' | 'asked';
  /** How many polls are answered with `authorization_pending` first. */
  readonly pendingPolls: number;
  readonly intervalS: number;
  readonly expiresInS: number;
  /** Polls (from 1) that are answered with `slow_down` though they came in time. */
  readonly slowDownAt: readonly number[];
  /** Whether `slow_down` names the new interval. */
  readonly namesInterval: boolean;
  /** A word that ends every login: `device_flow_disabled` at its start, any other at its first poll. */
  readonly error: string | null;
}
