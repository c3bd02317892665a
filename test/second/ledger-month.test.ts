/** A month of made-up work through proxy and simulator: the ledger is the simulator's bill, to the nano-AIU. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock, type Clock } from '../../src/base/clock.ts';
import type { ExchangeRecord } from '../../src/canonical/exchange-record.ts';
import { startProxy, type StartedProxy } from '../support/start-proxy.ts';

const seed = Number(process.env['LEDGER_SEED'] ?? 9);
const callsOfMonth = Number(process.env['LEDGER_CALLS'] ?? 420);

/** mulberry32: the same month again by its seed. */
function randomOf(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Real timers, and a calendar that the test turns on. */
function createCalendar(startMs: number): Clock & { pass(ms: number): void } {
  let passedMs = startMs - systemClock.now();
  return {
    now: () => systemClock.now() + passedMs,
    monotonic: () => systemClock.monotonic(),
    after: (delayMs, callback) => systemClock.after(delayMs, callback),
    pass(ms) {
      passedMs += ms;
    },
  };
}

interface Call {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  /** The client leaves behind its first bytes. */
  readonly leaves: boolean;
}

const models = [
  'claude-opus-5.5',
  'claude-sonnet-5.5',
  'claude-haiku-5.5',
  'gpt-6.1-sol',
  'gpt-6-luna',
  'gpt-5.2',
  'gpt-4.1',
  'gemini-3.8-flash',
  'mai-code-1-flash',
] as const;
const agents = ['claude-cli/2.1.0 (external, cli)', 'codex_cli_rs/0.90', 'opencode/1.9', 'Aider/0.9'];
/** What happens to a call, by the simulator's markers; most often nothing. */
const mishaps = [
  '[[sim:cut 3]]',
  '[[sim:cut 9]]',
  '[[sim:error 5]]',
  '[[sim:500]]',
  '[[sim:429]]',
  '[[sim:529]]',
  '[[sim:reset]]',
  '[[sim:refuse]]',
  '[[sim:fault {"kind":"no-terminal"}]]',
  '[[sim:fault {"kind":"no-done"}]]',
  '[[sim:fault {"kind":"cut","afterEvents":1}]]',
];
const wishes = [
  '[[sim:think]]',
  '[[sim:long 400]]',
  '[[sim:fault {"kind":"split-bytes","size":7}]]',
  '[[sim:fault {"kind":"crlf"}]]',
  '[[sim:fault {"kind":"prompt-tokens","count":150000}]]',
  '[[sim:fault {"kind":"prompt-tokens","count":290000}]]',
];

function createMonth(random: () => number) {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const conversations = Array.from({ length: 12 }, (_, index) => ({
    id: `conversation-${index}`,
    agent: pick(agents),
    model: pick(models),
    system: `You work on project ${index}. ${'Keep to the rules of the house. '.repeat(60 + index * 10)}`,
    turns: [] as { role: 'user' | 'assistant'; content: string }[],
  }));

  return (serial: number): Call => {
    const talk = pick(conversations);
    const chance = random();
    const leaves = chance < 0.05;
    const marker = leaves
      ? '[[sim:long 300]] [[sim:slow 15]]'
      : chance < 0.25
        ? pick(mishaps)
        : chance < 0.45
          ? pick(wishes)
          : '';
    if (talk.turns.length > 16) talk.turns.splice(0);
    if (talk.turns.length > 0) talk.turns.push({ role: 'assistant', content: `Step ${serial} is done.` });
    talk.turns.push({ role: 'user', content: `Do step ${serial} of ${talk.id}.` });
    const asked = talk.turns.map((turn, index) =>
      index === talk.turns.length - 1 ? { ...turn, content: `${turn.content} ${marker}`.trim() } : turn,
    );
    const stream = leaves || random() < 0.7;
    const model = random() < 0.1 ? pick(models) : talk.model;
    const headers = { 'user-agent': talk.agent, 'x-session-id': talk.id, 'x-crossfeed-project': `p${serial % 3}` };
    const common = { leaves, headers };
    const door = random();
    if (door < 0.06)
      return {
        ...common,
        leaves: false,
        path: '/v1/embeddings',
        body: { model: 'text-embedding-3-small', input: [`row ${serial}`, 'another row'] },
      };
    if (door < 0.1)
      return {
        ...common,
        leaves: false,
        path: '/v1/messages/count_tokens',
        body: { model: 'claude-opus-5.5', messages: asked },
      };
    if (door < 0.12)
      return { ...common, path: '/v1/chat/completions', body: { model: 'no-such-model', messages: asked } };
    if (door < 0.45) {
      const mark = { type: 'text', text: talk.system, cache_control: { type: 'ephemeral' } };
      const system = random() < 0.5 ? [mark] : talk.system;
      return { ...common, path: '/v1/messages', body: { model, max_tokens: 4000, stream, system, messages: asked } };
    }
    if (door < 0.75) {
      const messages = [{ role: 'system', content: talk.system }, ...asked];
      return { ...common, path: '/v1/chat/completions', body: { model, stream, messages } };
    }
    return { ...common, path: '/v1/responses', body: { model, stream, instructions: talk.system, input: asked } };
  };
}

async function ask({ url, key }: StartedProxy, { path, body, headers, leaves }: Call): Promise<void> {
  const leaving = new AbortController();
  try {
    const reply = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': key, authorization: `Bearer ${key}`, ...headers },
      body: JSON.stringify(body),
      signal: leaving.signal,
    });
    if (!leaves) return void (await reply.text());
    await reply.body?.getReader().read();
    leaving.abort();
  } catch {
    // What a cut answer looks like to its client is tested elsewhere.
  }
}

const billOf = ({ simulator }: StartedProxy) => Number(simulator.state.ledger['spentNanoAiu']);

test('the ledger of a month is the bill wherever usage came, and reconciliation explains the rest', async () => {
  const random = randomOf(seed);
  const clock = createCalendar(Date.parse('2026-11-01T09:00:00Z'));
  const started = await startProxy({
    clock,
    simulator: { clock, scenario: { spentCredits: 0, entitlementCredits: 1_000_000 } },
    models: { contextTier: 'long' },
    limits: { silenceMs: 3_000 },
  });
  onTestFinished(() => started.close());
  const { proxy, simulator, store } = started;
  const records: ExchangeRecord[] = [];
  const quiet = () =>
    vi.waitFor(
      () => {
        expect(simulator.openStreams).toBe(0);
        expect(proxy.status().openExchanges).toBe(0);
      },
      { timeout: 10_000, interval: 2 },
    );
  const next = createMonth(random);

  // The first reading of the balance.
  await proxy.seat()?.quota();
  const firstBill = billOf(started);
  const seen = new Set<string>();
  let unreported = 0;
  for (let serial = 0; serial < callsOfMonth; serial++) {
    clock.pass((28 * 24 * 60 * 60 * 1000) / callsOfMonth);
    const before = billOf(started);
    const call = next(serial);
    await ask(started, call);
    await quiet();
    const billed = billOf(started) - before;
    await new Promise((resolve) => setImmediate(resolve));
    const fresh = (await store.exchanges.recent(5)).filter(({ id }) => !seen.has(id));
    for (const row of fresh) {
      seen.add(row.id);
      records.push(row);
    }
    const ours = fresh.reduce((sum, row) => sum + (row.cost.nanoAiu ?? 0), 0);
    const known = fresh.every(({ cost }) => cost.nanoAiu !== null);
    if (!known) unreported += billed - ours;
    expect({ serial, calls: fresh.length, call, cost: fresh[0]?.cost, ours: known ? ours : billed }).toMatchObject({
      serial,
      calls: 1,
      ours: billed,
    });
  }

  // Sums: what the ledger tells is what was billed, less what nobody reported.
  const bill = billOf(started) - firstBill;
  const { total } = store.ledger.usage({ by: 'model' });
  expect(total.calls).toBe(callsOfMonth);
  expect(total.costNanoAiu + unreported).toBe(bill);
  for (const by of ['session', 'client', 'key', 'project', 'day', 'protocol', 'kind', 'account', 'lane'] as const)
    expect({ by, total: store.ledger.usage({ by }).total }).toEqual({ by, total });

  // The balance explains what is missing, to within the steps in which GitHub shows it.
  await proxy.seat()?.quota();
  const found = store.readings.reconcile(undefined, 0);
  expect(found?.ledgerNanoAiu).toBe(total.costNanoAiu);
  expect(Math.abs((found?.elsewhere ?? -1) - unreported / 1e9)).toBeLessThanOrEqual(2 * (found?.step ?? 0));
  expect(found?.unknownCalls).toBe(total.unknownCalls);

  // The month was one: every door, lane, tier, ending and source was in it.
  const had = (read: (row: ExchangeRecord) => unknown) => [...new Set(records.map(read))].map(String).toSorted();
  expect(had(({ endpoint }) => endpoint)).toEqual([
    '/chat/completions',
    '/embeddings',
    '/responses',
    '/v1/messages',
    'null',
  ]);
  expect(had(({ lane }) => lane)).toEqual(['null', 'patched', 'raw', 'translated']);
  expect(had(({ cost }) => cost.source)).toEqual(['priced', 'reported', 'unknown']);
  expect(had(({ cost }) => cost.tier)).toEqual(['default', 'long', 'null']);
  expect(had(({ outcome }) => outcome)).toEqual(['canceled', 'failed', 'finished']);
  expect(records.filter(({ usage }) => (usage?.cacheReadTokens ?? 0) > 0).length).toBeGreaterThan(20);
  expect(records.filter(({ usage }) => (usage?.cacheWriteTokens ?? 0) > 0).length).toBeGreaterThan(5);
  const sources = had(({ cost }) => cost.source).map((one) => [
    one,
    records.filter(({ cost }) => cost.source === one).length,
  ]);
  console.log(
    `seed ${seed}: ${records.length} calls, billed ${bill / 1e9} credits, ledger ${total.costNanoAiu / 1e9}, ` +
      `not reported ${unreported / 1e9} (estimated ${total.estimatedNanoAiu / 1e9}), elsewhere ${found?.elsewhere}; ${sources.join('; ')}`,
  );
});
