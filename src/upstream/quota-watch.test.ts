/** The balance as the headers of an answer tell it. */
import { expect, test } from 'vitest';
import type { Quota } from '../canonical/quota.ts';
import { readQuotaHeader, withQuotaWatch } from './quota-watch.ts';
import type { Upstream, UpstreamCall, UpstreamReceiver } from './upstream.ts';

test.each([
  [
    'ent=7000&ov=0.0&ovPerm=true&rem=90.3&rst=2026-12-01T00%3A00%3A00Z&totRem=6321.4',
    { unlimited: false, entitlement: 7000, remaining: 6321.4, percentRemaining: 90.3, overagePermitted: true },
  ],
  ['ent=10&ov=2.5&ovPerm=false&rem=0.0&totRem=-2.5', { remaining: -2.5, overageCount: 2.5, overagePermitted: false }],
  ['ent=300&ov=0.0&rem=90.3', { entitlement: 300, remaining: null, percentRemaining: 90.3 }],
  ['ent=-1&ov=0.0&ovPerm=false&rem=100.0', { unlimited: true, entitlement: null, remaining: null }],
])('%s', (value, expected) => {
  expect(readQuotaHeader('premium_interactions', value)).toMatchObject({ id: 'premium_interactions', ...expected });
});

test.each(['', 'ent=300', 'ent=x&totRem=y', 'totRem=5'])('nothing is left out of %j', (value) => {
  expect(readQuotaHeader('premium_interactions', value)).toBeUndefined();
});

function watchRig() {
  const state = { now: 0, asked: 0, headers: {} as Record<string, string> };
  const told: (number | null | undefined)[] = [];
  const quota: Quota = {
    login: null,
    plan: 'individual_pro',
    sku: null,
    tokenBasedBilling: true,
    resetDate: null,
    snapshots: [],
  };
  const upstream = {
    quota: () => ((state.asked += 1), Promise.resolve(quota)),
    send(_call: UpstreamCall, receiver: UpstreamReceiver) {
      receiver.onHead({ status: 200, headers: state.headers }, { pause: () => undefined, resume: () => undefined });
    },
  } as unknown as Upstream;
  const watched = withQuotaWatch(upstream, {
    clock: { monotonic: () => state.now },
    onQuota: ({ snapshots }) => void told.push(snapshots.at(-1)?.remaining),
  });
  const nothing = () => undefined;
  async function answer(headers: Record<string, string> = {}) {
    state.headers = headers;
    watched.send({} as UpstreamCall, { onHead: nothing, onData: nothing, onEnd: nothing, onFailure: nothing });
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { state, told, answer };
}

const left = (credits: number, id = 'premium_interactions') => ({
  [`x-quota-snapshot-${id}`]: `ent=1500&rem=50&totRem=${credits}`,
});

test('each answer that shows another balance is heard, within the same minute too, under either name', async () => {
  const { told, answer, state } = watchRig();
  for (const headers of [left(900), left(800), left(800), left(10), left(9, 'premium_models')]) await answer(headers);
  expect(told).toEqual([undefined, 800, 10, 9]);
  expect(state.asked).toBe(1);
});
