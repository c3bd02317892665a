/** GitHub's balance against the ledger, in words. */
import type { Reconciliation } from '../canonical/reconciliation.ts';
import { localTime } from './local-time.ts';

const shown = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 3 });

/** As rows of name and value. */
export function reconcileRows(found: Reconciliation, timeZone?: string): readonly (readonly [string, string])[] {
  const { unit, step, fromMs, toMs, balanceUsed, ledgerNanoAiu, unknownCalls, estimatedNanoAiu, elsewhere } = found;
  const about = unknownCalls === 0 ? 'none' : `${unknownCalls}, about ${shown(estimatedNanoAiu / 1e9)} credits`;
  return [
    ['account', found.account],
    ['from', localTime(fromMs, timeZone)],
    ['to', localTime(toMs, timeZone)],
    ['GitHub counted', `${shown(balanceUsed)} ${unit}`],
    ['ledger', `${shown(ledgerNanoAiu / 1e9)} credits`],
    ['calls of unknown cost', about],
    ...(elsewhere === null
      ? ([
          ['begun by you', `${found.userCalls} calls through Crossfeed, which premium requests are counted by`],
        ] as const)
      : ([['elsewhere', elsewhereText(elsewhere, step, unknownCalls)]] as const)),
    ['step', `GitHub shows its balance in steps of ${step}: less than that says nothing`],
  ];
}

function elsewhereText(elsewhere: number, step: number, unknownCalls: number): string {
  if (Math.abs(elsewhere) < step) return `${shown(elsewhere)} credits: nothing, within a step of the balance`;
  if (elsewhere < 0) return `${shown(elsewhere)} credits: GitHub has not counted all of it yet`;
  return `${shown(elsewhere)} credits: other programs on this seat${unknownCalls === 0 ? '' : ', and the calls of unknown cost'}`;
}
