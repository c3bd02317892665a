/** Measures what each view of the dashboard costs the server: a made-up ledger of 100,000 exchanges, and the slowest of several answers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../src/base/clock.ts';
import type { ExchangeRecord } from '../src/canonical/exchange-record.ts';
import { createLedgerDesk } from '../src/cli/ledger-desk.ts';
import { openStore } from '../src/store/open-store.ts';
import { sampleRecord } from '../test/support/sample-record.ts';

const exchanges = Number(process.argv[2] ?? 100_000);
const rounds = 7;
const dayMs = 24 * 60 * 60 * 1000;
const days = 45;
const longSession = 'f'.repeat(16);

const folder = mkdtempSync(path.join(tmpdir(), 'crossfeed-views-'));
const store = await openStore({ path: path.join(folder, 'crossfeed.db'), clock: systemClock, onFault: console.error });
const now = Date.now();
const pick = <T>(from: readonly [T, ...T[]], at: number): T => from[at % from.length] ?? from[0];

function madeUp(at: number): ExchangeRecord {
  const failed = at % 29 === 0;
  return {
    ...sampleRecord,
    id: `cf-${at.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
    startedAt: now - days * dayMs * (1 - at / exchanges),
    keyId: pick(['default', 'laptop', 'server', 'friend'], at >> 3),
    project: pick(['site', 'api', 'notes', null], at >> 5),
    program: pick(['claude-code', 'codex', 'opencode', 'aider'], at),
    model: pick(['claude-opus-5.5', 'gpt-6.1-sol', 'gemini-3.8-flash', 'claude-haiku-5.5', 'gpt-6-luna'], at >> 2),
    session: at % 50 === 0 ? longSession : ((at % 4000) + 0x1000_0000).toString(16).padStart(16, '0'),
    lane: pick(['raw', 'patched', 'translated'], at),
    kind: pick([null, null, 'conversation-compaction', 'conversation-subagent'], at),
    outcome: failed ? 'failed' : 'finished',
    errorCode: failed ? 'rate_limited' : null,
    errorMessage: failed ? 'GitHub asked for a pause of 12 seconds.' : null,
    edits: Array.from({ length: at % 6 }, (_, edit) => ({
      rule: `rule-${edit}`,
      reason: 'The model takes at most four of these, so that the last ones stay here.',
    })),
  };
}

for (let at = 1; at <= exchanges; at += 1) {
  store.exchanges.record(madeUp(at));
  if (at % 5_000 === 0) store.exchanges.flush();
}
store.exchanges.flush();

const desk = createLedgerDesk(store);
const sinceMs = now - 30 * dayMs;
const questions: readonly (readonly [view: string, question: () => unknown])[] = [
  ['cost: spend by model', () => desk.spend({ by: 'model', sinceMs })],
  ['cost: spend by session', () => desk.spend({ by: 'session', sinceMs })],
  ['cost: spendDays by model', () => desk.spendDays({ by: 'model', sinceMs })],
  ['cost: spendDays by client', () => desk.spendDays({ by: 'client', sinceMs })],
  ['cost: spendCauses', () => desk.spendCauses({ sinceMs })],
  ['sessions: the latest 5,000', () => desk.sessions({ limit: 5_000 })],
  ['sessions: one with 2,000 calls', () => desk.session({ id: longSession })],
  ['exchanges: first page', () => store.findExchanges({ limit: 100 })],
  ['exchanges: a page in the middle', () => store.findExchanges({ limit: 100, before: exchanges / 2 })],
  [
    'exchanges: by outcome, lane, model, key',
    () => store.findExchanges({ limit: 100, outcome: 'failed', lane: 'raw', model: 'gpt-6-luna', keyId: 'server' }),
  ],
  [
    'exchanges: a day long ago',
    () => store.findExchanges({ limit: 100, sinceMs: now - 40 * dayMs, untilMs: now - 39 * dayMs }),
  ],
  ['exchanges: words that many have', () => store.findExchanges({ limit: 100, words: 'rate_limited codex' })],
  ['exchanges: words that none has', () => store.findExchanges({ limit: 100, words: 'nowhere to be found' })],
  ['exchange: by its id', () => store.findExchanges({ limit: 1, words: madeUp(exchanges - 3).id })],
  [
    'exchange: its children',
    () => store.findExchanges({ limit: 100, parentId: madeUp(exchanges - 3).id, sinceMs: now - dayMs }),
  ],
];

for (const [view, question] of questions) {
  const times: number[] = [];
  let size = 0;
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    size = Buffer.byteLength(JSON.stringify(question()));
    times.push(performance.now() - began);
  }
  const slowest = Math.max(...times).toFixed(1);
  console.log(`${view.padEnd(44)} ${slowest.padStart(7)} ms  ${(size / 1024).toFixed(0).padStart(6)} kB`);
}
store.close();
rmSync(folder, { recursive: true });
