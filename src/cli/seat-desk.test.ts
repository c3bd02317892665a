/** Questions about a seat, as the running program answers them on its socket. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { sampleModel } from '../../test/support/sample-model.ts';
import { sampleStatus } from '../../test/support/sample-status.ts';
import type { Quota } from '../canonical/quota.ts';
import type { Seat } from '../proxy.ts';
import { createSeatDesk } from './seat-desk.ts';

const quota: Quota = {
  login: 'octo',
  plan: 'business',
  sku: null,
  tokenBasedBilling: true,
  resetDate: null,
  snapshots: [],
};

function desk() {
  const asked: string[] = [];
  const clock = createFakeClock();
  const seat: Seat = {
    async quota() {
      asked.push('quota');
      return quota;
    },
    models: async () => [sampleModel('m')],
    otherRoadModels: async () => null,
    modelTerms: async (model) => `terms of ${model}`,
    async enableModel(model) {
      asked.push(`enable ${model}`);
    },
    resume: () => undefined,
    status: () => ({ ...sampleStatus.upstream, blockedSince: null }),
  };
  const operations = createSeatDesk({
    seat: (name) => (name === undefined || name === 'octo' ? seat : undefined),
    clock,
  });
  return { asked, clock, operations };
}

test('an answer that is young enough is given again; without an age GitHub is asked', async () => {
  const { asked, clock, operations } = desk();
  const young = { account: 'octo', maxAgeMs: 1000 };
  expect(await operations.quota(young)).toEqual(quota);
  clock.advance(999);
  await operations.quota(young);
  expect(asked).toHaveLength(1);
  clock.advance(1);
  await operations.quota(young);
  expect(asked).toHaveLength(2);
  await operations.quota({ account: 'octo' });
  expect(asked).toHaveLength(3);
});

test('models, terms and their acceptance go to the seat that is meant', async () => {
  const { asked, operations } = desk();
  expect(await operations.models({})).toEqual([sampleModel('m')]);
  expect(await operations.otherRoadModels({})).toEqual({ models: null });
  expect(await operations.modelTerms({ model: 'm' })).toEqual({ terms: 'terms of m' });
  expect(await operations.enableModel({ account: 'octo', model: 'm' })).toEqual({});
  expect(asked).toEqual(['enable m']);
});

test('an account that there is not is said, with the command that lists them', async () => {
  const { operations } = desk();
  await expect(operations.models({ account: 'nobody' })).rejects.toThrow(/no account nobody.*crossfeed accounts/);
});
