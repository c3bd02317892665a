/** A broken prompt cache on its way through the proxy: into the record, the log and the owner's sight, and no prompt in the first two. */
import { expect, test } from 'vitest';
import type { ExchangeRecord } from '../src/canonical/exchange-record.ts';
import type { ExchangeEvent } from '../src/observability/exchange-event.ts';
import { startProxy } from './support/start-proxy.ts';

const words = (seed: string, count: number) => Array.from({ length: count }, (_, at) => `${seed}${at}`).join(' ');
const tool = (name: string, description: string) => ({ name, description, input_schema: { type: 'object' } });
const say = (role: string, content: string) => ({ role, content });

const tools = [tool('Read', words('read', 50)), tool('Bash', words('bash', 50)), tool('Edit', words('edit', 50))];
const turns = Array.from({ length: 9 }, (_, at) => say(at % 2 === 0 ? 'user' : 'assistant', words(`t${at}-`, 400)));
const body = (length: number, more: object = {}) => ({
  model: 'claude-sonnet-5.5',
  max_tokens: 50,
  stream: true,
  tools,
  system: words('rule', 300),
  messages: turns.slice(0, length),
  ...more,
});
const secret = 'the canary sings at dawn';
const changedTools = [tools[0], tool('Bash', `${words('bash', 50)} ${secret}`), tools[2]];

test('a tool that changes is named in the record and once in the log, and shown with what changed', async () => {
  const started = await startProxy();
  const events: ExchangeEvent[] = [];
  started.proxy.events.subscribe((event) => void events.push(event));
  const headers = {
    authorization: `Bearer ${started.key}`,
    'content-type': 'application/json',
    'x-claude-code-session-id': 'one',
  };
  async function call(asked: object): Promise<ExchangeRecord | undefined> {
    const reply = await fetch(`${started.url}/v1/messages`, { method: 'POST', headers, body: JSON.stringify(asked) });
    expect(reply.status).toBe(200);
    await reply.text();
    await new Promise((resolve) => setImmediate(resolve));
    return (await started.store.exchanges.recent(1))[0];
  }

  expect(await call(body(1))).toMatchObject({ cache: null });
  expect(await call(body(3))).toMatchObject({ cache: null });
  const broken = await call(body(5, { tools: changedTools }));
  expect(broken?.cache).toMatchObject({ cause: 'changed', block: 'tool 1 (Bash)', alarm: true });
  expect(broken?.cache?.lostTokens).toBeGreaterThan(1_024);
  expect(broken?.cache?.costNanoAiu).toBeGreaterThan(0);
  expect(await call(body(7, { tools: changedTools }))).toMatchObject({ cache: null });
  await call(body(9, { tools: [tools[0], tool('Bash', `${words('bash', 49)} anew`), tools[2]] }));
  const session = broken?.session ?? '';
  const shown = started.proxy.cacheBreaks(session);
  await started.close();

  expect(shown).toMatchObject([{ cause: 'changed', block: 'tool 1 (Bash)', change: 'changed', count: 2 }]);
  expect(shown[0]?.before).toContain(secret);
  expect(shown[0]?.after).not.toContain(secret);
  expect(started.complaints).toEqual(['the prompt cache of this session broke: tool 1 (Bash) has changed']);
  expect(JSON.stringify(events.filter(({ type }) => type === 'cache'))).not.toContain(secret);
  expect(JSON.stringify(broken)).not.toContain(secret);
  expect(started.proxy.cacheCauses()).toMatchObject({ changed: 2, cold: 0, backend: 0 });
});
