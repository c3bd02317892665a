/** Nine days of somebody's work with coding tools, made up: for the pictures of the dashboard. The same each time. */
import type { CacheFinding } from '../src/canonical/cache-finding.ts';
import type { ExchangeRecord } from '../src/canonical/exchange-record.ts';
import type { RequestEdit } from '../src/canonical/request-edit.ts';
import { sampleRecord } from '../test/support/sample-record.ts';

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;
const days = 9;

/** Nano-AIU for one input token; an output token takes five times that, a cached one a tenth. */
const prices = {
  'claude-opus-5.5': 500_000,
  'claude-sonnet-5.5': 300_000,
  'claude-haiku-5.5': 100_000,
  'gpt-6.1-sol': 250_000,
  'gpt-6-luna': 40_000,
  'gemini-3.8-flash': 50_000,
} as const;
type ModelId = keyof typeof prices;

interface Habit {
  readonly program: string;
  readonly client: string;
  readonly protocol: ExchangeRecord['protocol'];
  readonly route: string;
  readonly keyLabel: 'laptop' | 'ci' | null;
  readonly project: string | null;
  readonly models: readonly [ModelId, ...ModelId[]];
}

const habits: readonly [Habit, ...Habit[]] = [
  {
    program: 'claude-code',
    client: 'claude-cli/2.1.330 (external, cli)',
    protocol: 'anthropic-messages',
    route: '/v1/messages',
    keyLabel: 'laptop',
    project: 'web-shop',
    models: ['claude-opus-5.5', 'claude-haiku-5.5', 'claude-opus-5.5'],
  },
  {
    program: 'codex',
    client: 'codex_cli_rs/0.169.0',
    protocol: 'openai-responses',
    route: '/v1/responses',
    keyLabel: null,
    project: 'billing-api',
    models: ['gpt-6.1-sol'],
  },
  {
    program: 'opencode',
    client: 'opencode/1.18.4',
    protocol: 'openai-chat',
    route: '/v1/chat/completions',
    keyLabel: 'laptop',
    project: 'web-shop',
    models: ['claude-sonnet-5.5', 'gemini-3.8-flash'],
  },
  {
    program: 'openai',
    client: 'OpenAI/JS 7.57.0',
    protocol: 'openai-chat',
    route: '/v1/chat/completions',
    keyLabel: 'ci',
    project: 'nightly-review',
    models: ['gpt-6-luna'],
  },
];

const breakage: CacheFinding = {
  cause: 'changed',
  block: 'tool 4 (mcp__browser)',
  lostTokens: 48_210,
  costNanoAiu: 21_694_500_000,
  alarm: true,
};

const cold: CacheFinding = { cause: 'cold', block: null, lostTokens: 31_400, costNanoAiu: null, alarm: false };

const translation: readonly RequestEdit[] = [
  { rule: 'translated', reason: 'Chat Completions to Messages: the model has no endpoint of its caller’s protocol.' },
  {
    rule: 'cache-marks',
    path: 'messages.12',
    reason: 'Marks where the cached beginning ends, as its endpoint wants it.',
  },
];
const patch: readonly RequestEdit[] = [
  { rule: 'unknown-beta', path: 'anthropic-beta', reason: 'Left out: GitHub refuses requests that name it.' },
];

export interface MadeUpOptions {
  readonly nowMs: number;
  /** Ids of the keys that have a label. */
  readonly keyIds: Readonly<Record<'laptop' | 'ci', string>>;
  readonly account: string;
}

/** The oldest first. */
export function madeUpDays({ nowMs, keyIds, account }: MadeUpOptions): readonly ExchangeRecord[] {
  const random = seeded(20_261_122);
  const pick = <T>(from: readonly [T, ...T[]]): T => from[Math.floor(random() * from.length)] ?? from[0];
  const between = (low: number, high: number) => Math.round(low + random() * (high - low));
  const records: ExchangeRecord[] = [];

  function session(startedAt: number) {
    const habit = pick(habits);
    const id = Array.from({ length: 16 }, () => between(0, 15).toString(16)).join('');
    const breaksAt = random() < 0.35 ? between(4, 9) : -1;
    let at = startedAt;
    let cached = 0;
    let model = pick(habit.models);
    for (let turn = 0; turn < between(5, 18) && at < nowMs - 60_000; turn += 1) {
      const isSwitched = random() < 0.06;
      if (isSwitched) model = pick(habit.models);
      const fresh = turn === 0 ? between(9_000, 24_000) : between(300, 4_000);
      const isBroken = turn === breaksAt;
      const inputTokens = isBroken ? fresh + cached : fresh;
      records.push(call({ habit, id, at, turn, model, inputTokens, cacheReadTokens: isBroken ? 0 : cached, isBroken }));
      cached += fresh;
      at += between(20_000, 240_000);
    }
  }

  interface Turn {
    readonly habit: Habit;
    readonly id: string;
    readonly at: number;
    readonly turn: number;
    readonly model: ModelId;
    readonly inputTokens: number;
    readonly cacheReadTokens: number;
    readonly isBroken: boolean;
  }

  function call(made: Turn): ExchangeRecord {
    const { habit, id, at, turn, model, inputTokens, cacheReadTokens, isBroken } = made;
    const { keyLabel, models: _, ...words } = habit;
    const fate = random();
    const isFailed = fate < 0.035;
    const isCanceled = !isFailed && fate < 0.06;
    const outputTokens = between(80, 1_900);
    const nanoAiu = Math.round(prices[model] * (inputTokens + cacheReadTokens * 0.1 + outputTokens * 5));
    const isTranslated = habit.protocol === 'openai-chat' && model.startsWith('claude');
    const firstTokenMs = between(420, 2_400);
    const usage = { ...sampleRecord.usage, inputTokens, cacheReadTokens, cacheWriteTokens: 0, outputTokens };
    return {
      ...sampleRecord,
      ...words,
      id: `cf-${id.slice(0, 8)}-${turn.toString(16).padStart(4, '0')}-4000-8000-${id.slice(0, 12)}`,
      keyId: keyLabel === null ? 'default' : keyIds[keyLabel],
      account,
      session: id,
      startedAt: at,
      firstTokenMs: isFailed ? null : firstTokenMs,
      headMs: firstTokenMs - 180,
      waitedMs: between(0, 40),
      durationMs: isFailed ? between(120, 700) : firstTokenMs + outputTokens * 14,
      askedModel: model,
      model,
      endpoint: model.startsWith('claude')
        ? '/v1/messages'
        : habit.protocol === 'openai-responses'
          ? '/responses'
          : '/chat/completions',
      lane: isTranslated ? 'translated' : turn % 3 === 0 ? 'patched' : 'raw',
      edits: isTranslated ? translation : turn % 3 === 0 ? patch : [],
      initiator: turn % 4 === 0 ? 'user' : 'agent',
      kind: turn === 11 ? 'conversation-compaction' : turn % 7 === 5 ? 'conversation-subagent' : null,
      outcome: isFailed ? 'failed' : isCanceled ? 'canceled' : 'finished',
      status: isFailed ? 429 : 200,
      upstreamStatus: isFailed ? 429 : 200,
      errorCode: isFailed ? 'rate_limited' : null,
      errorMessage: isFailed ? 'GitHub asked for a pause of 12 seconds.' : null,
      usage: isFailed || isCanceled ? null : { ...usage, reasoningTokens: null, costNanoAiu: nanoAiu },
      cost:
        isFailed || isCanceled
          ? { nanoAiu: null, source: 'unknown', tier: null }
          : { nanoAiu, source: 'reported', tier: 'default' },
      cache: isBroken ? breakage : turn === 8 ? cold : null,
      requestBytes: (inputTokens + cacheReadTokens) * 4,
      responseBytes: outputTokens * 90,
    };
  }

  for (let day = days - 1; day >= 0; day -= 1) {
    const morning = nowMs - day * dayMs - 9 * hourMs;
    const isQuiet = day === 3 || day === 4;
    for (let sessions = isQuiet ? 2 : between(6, 11); sessions > 0; sessions -= 1)
      session(morning + random() * 8 * hourMs);
  }
  return records.toSorted((a, b) => a.startedAt - b.startedAt);
}

/** Numbers from 0 to 1 that are the same each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
