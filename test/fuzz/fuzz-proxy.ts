/** One proxy for some thousand cases: what nobody caught, what stayed behind, and whether the ledger has a row for each. */
import { expect, vi } from 'vitest';
import { Pool } from 'undici';
import { rawKey, startRawProxy, type RawProxy } from '../support/raw-proxy.ts';
import type { RawAnswer, RawRequest } from '../support/raw-upstream.ts';

const supports = { streaming: true, tool_calls: true, vision: true, structured_outputs: true };
const model = (id: string, vendor: string, endpoint: string) => ({
  id,
  vendor,
  supported_endpoints: [endpoint],
  capabilities: {
    type: 'chat',
    supports: { ...supports, reasoning_effort: ['low', 'medium', 'high'] },
    limits: { max_context_window_tokens: 200_000, max_prompt_tokens: 128_000, max_output_tokens: 64_000 },
  },
});
const models = [
  model('m-chat', 'xAI', '/chat/completions'),
  model('m-messages', 'Anthropic', '/v1/messages'),
  model('m-responses', 'OpenAI', '/responses'),
  { id: 'm-embed', vendor: 'Azure OpenAI', capabilities: { type: 'embeddings' } },
];

export interface FuzzReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

interface FuzzProxy {
  readonly rig: RawProxy;
  post(path: string, body: Buffer | string, session: string): Promise<FuzzReply>;
  /** Fails unless nothing is left, and every exchange that began has one end and one row. */
  close(): Promise<{ readonly rows: number }>;
}

type Limits = Parameters<typeof startRawProxy>[1];

export async function startFuzzProxy(
  answer: (request: RawRequest) => RawAnswer,
  limits: Limits = {},
): Promise<FuzzProxy> {
  const rig = await startRawProxy(answer, limits, {}, models);
  const pool = new Pool(rig.url, { connections: 64 });
  return {
    rig,
    async post(path, body, session) {
      const reply = await pool.request({
        path,
        method: 'POST',
        headers: {
          authorization: `Bearer ${rawKey}`,
          'content-type': 'application/json',
          // What is learned in one case is not remembered in the next.
          'x-session-id': session,
        },
        body,
      });
      return { status: reply.statusCode, headers: reply.headers, text: await reply.body.text() };
    },
    async close() {
      await vi.waitFor(() => expect([rig.proxy.status().openExchanges, rig.upstream.busy]).toEqual([0, 0]), {
        timeout: 20_000,
        interval: 20,
      });
      // An answer without an end was found already; it need not be waited for.
      await pool.destroy();
      const begun = rig.events.flatMap((event) => (event.type === 'started' ? [event.id] : []));
      const ended = rig.events.flatMap((event) => (event.type === 'ended' ? [event.id] : []));
      expect(ended.toSorted()).toEqual(begun.toSorted());
      // The recorder writes at the end of the turn.
      await new Promise((resolve) => setImmediate(resolve));
      rig.store.exchanges.flush();
      const rows = await rig.store.exchanges.recent(begun.length + 1);
      expect(rows.map(({ id }) => id).toSorted()).toEqual(begun.toSorted());
      await rig.close();
      return { rows: rows.length };
    },
  };
}
