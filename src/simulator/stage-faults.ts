/** Faults that change the scene rather than one answer: from now on tokens are dead, the host moved, credits are gone. */
import type { FaultAction } from './faults.ts';
import type { Stage } from './stage.ts';

export function playOnStage(stage: Stage, strikes: readonly FaultAction[]): void {
  for (const action of strikes) {
    switch (action.kind) {
      case 'expire-tokens':
        stage.desk.expireAll();
        break;
      case 'revoke-tokens':
        stage.desk.revokeAll();
        break;
      case 'revoke-logins':
        stage.desk.revokeGithubTokens();
        break;
      case 'move-host':
        stage.change({ apiHostname: action.hostname });
        break;
      case 'abuse-block':
        stage.change({ abuseBlocked: true });
        break;
      case 'exhaust':
        stage.change({ spentCredits: stage.scenario.entitlementCredits });
        break;
      default:
    }
  }
}
