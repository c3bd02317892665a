/** A program that does nothing but spend: it reserves, ends calls and says so, until somebody kills it. */
import { writeSync } from 'node:fs';
import { systemClock } from '../../src/base/clock.ts';
import { openStore } from '../../src/store/open-store.ts';
import { sampleEstimate, sampleRecord } from './sample-record.ts';

const [path = '', run = ''] = process.argv.slice(2);
/** Synchronous: what the parent has read has happened. */
const say = (line: string) => void writeSync(1, `${line}\n`);

const store = await openStore({
  path,
  clock: systemClock,
  onFault(fault) {
    say(`fault ${fault.message}`);
  },
});
for (const { exchangeId } of store.spend.bookLeftOver(() => 'claude-code')) say(`booked ${exchangeId}`);
say('ready');

const open: string[] = [];
let serial = 0;
setInterval(() => {
  for (let count = 0; count < 3; count++) {
    const exchangeId = `x-${run}-${(serial += 1)}`;
    const { keyId, account, project, session, protocol, route, client, kind } = sampleRecord;
    const known = { keyId, account, project, session, protocol, route, client, kind };
    const held = store.spend.reserve({
      ...known,
      exchangeId,
      at: systemClock.now(),
      nanoAiu: 1e9,
      model: 'm',
      estimate: sampleEstimate,
    });
    if (!held) continue;
    say(`reserved ${exchangeId}`);
    open.push(exchangeId);
  }
  // Calls take a while: some are always under way.
  while (open.length > 20) {
    const id = open.shift() ?? '';
    store.exchanges.record({ ...sampleRecord, id, startedAt: systemClock.now() });
    say(`ended ${id} ${Math.round(systemClock.monotonic())}`);
  }
}, 2);
