/** What the rules of the prompt cache save: the same conversation, billed with and without them. */
import { expect, test } from 'vitest';
import { startProxy, type StartedProxy } from './support/start-proxy.ts';

const words = (seed: string, count: number) => Array.from({ length: count }, (_, at) => `${seed}${at}`).join(' ');

interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

const turns: readonly Turn[] = Array.from({ length: 9 }, (_, at) => ({
  role: at % 2 === 0 ? 'user' : 'assistant',
  content: words(`t${at}-`, 150),
}));

/** The credits of a conversation of five calls, one longer than the other, and the share of its prompts that was cached. */
async function billOf(started: StartedProxy, path: string, bodyOf: (turns: readonly Turn[], call: number) => object) {
  let nanoAiu = 0;
  let prompt = 0;
  let cached = 0;
  for (const call of [1, 2, 3, 4, 5]) {
    const reply = await fetch(started.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${started.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(bodyOf(turns.slice(0, call * 2 - 1), call)),
    });
    expect(reply.status).toBe(200);
    await reply.text();
  }
  await new Promise((resolve) => setImmediate(resolve));
  for (const { usage, cost } of await started.store.exchanges.recent(10)) {
    nanoAiu += cost.nanoAiu ?? 0;
    prompt += (usage?.inputTokens ?? 0) + (usage?.cacheReadTokens ?? 0) + (usage?.cacheWriteTokens ?? 0);
    cached += usage?.cacheReadTokens ?? 0;
  }
  return { credits: nanoAiu / 1e9, cachedShare: cached / prompt };
}

const system = words('rule', 1_500);
const claude = 'claude-sonnet-5.5';
const messagesBody = (said: readonly Turn[]) => ({ model: claude, max_tokens: 50, system, messages: said });
const chatBody = (said: readonly Turn[]) => ({
  model: claude,
  max_tokens: 50,
  messages: [{ role: 'system', content: system }, ...said],
});
/** As Claude Code sends it: marks of its own, and a first line that differs in every call. */
const billedBody = (said: readonly Turn[], call: number) => ({
  ...messagesBody(said),
  system: [
    {
      type: 'text',
      text: `x-anthropic-billing-header: cc_version=2.1.177.0${call}c; cc_entrypoint=cli; cch=36ee${call};`,
    },
    { type: 'text', text: system, cache_control: { type: 'ephemeral' } },
  ],
});

test.each([
  ['marks for a caller of Messages that sets none', 'cache-marks', '/v1/messages', messagesBody],
  ['marks for a caller of Chat that sets none', 'cache-marks', '/v1/chat/completions', chatBody],
  ["Claude Code's billing line", 'stable-billing-line', '/v1/messages', billedBody],
] as const)('the bill falls by more than half: %s', async (_what, rule, path, bodyOf) => {
  const started = await startProxy();
  const without = await startProxy({ upstream: { disabledRules: [rule] } });
  const kept = await billOf(started, path, bodyOf);
  const lost = await billOf(without, path, bodyOf);
  const { breaches } = started.simulator;
  await Promise.all([started.close(), without.close()]);
  expect(breaches).toEqual([]);
  expect(lost.cachedShare).toBeLessThan(0.05);
  expect(kept.cachedShare).toBeGreaterThan(0.7);
  expect(kept.credits).toBeLessThan(lost.credits / 2);
});
