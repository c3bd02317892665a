/** What is left of a capture in the files of the database once somebody has deleted it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { sampleRecord } from '../../test/support/sample-record.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import type { Capture } from '../canonical/capture.ts';
import { openStore } from './open-store.ts';

const canary = 'the canary sings at dawn';
const part = { text: canary.repeat(300), bytes: 300 * canary.length };
const { route, model, lane, outcome, status, keyId, session } = sampleRecord;
const capture = {
  exchangeId: 'x1',
  at: 0,
  route,
  model,
  lane,
  outcome,
  status,
  keyId,
  session,
  edits: [],
  request: part,
  sent: part,
  received: null,
  answer: part,
} as unknown as Capture;

test.each([undefined, 'x1'])(
  'a deleted capture (%s) is in no file, the journal included, while the store is open',
  async (id) => {
    const folder = temporaryFolder();
    const store = await openStore({
      path: join(folder, 'crossfeed.db'),
      clock: systemClock,
      onFault(fault) {
        throw fault;
      },
    });
    const holdsCanary = () => readdirSync(folder).filter((file) => readFileSync(join(folder, file)).includes(canary));
    store.captures.put(capture, { maxTotalBytes: 1e9, maxAgeMs: 1e15 });
    expect(store.captures.size().captures).toBe(1);
    expect(holdsCanary()).not.toEqual([]);
    expect(store.captures.delete(id)).toBe(1);
    expect(holdsCanary()).toEqual([]);
    store.close();
  },
);
