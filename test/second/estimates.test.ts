/** How far estimates are off, over made-up sessions of agents on three kinds of models: prints the figures. */
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { afterEach, expect, test } from 'vitest';
import { promptTokensOf } from '../../src/canonical/spend.ts';
import { agentSession, randomOf, requestOf } from '../support/agent-sessions.ts';
import { startProxy, type StartedProxy } from '../support/start-proxy.ts';

interface Kind {
  readonly path: keyof typeof requestOf;
  readonly model: string;
  /** Tokens that the model's own tokenizer makes of one of o200k. */
  readonly factor: number;
}

const kinds: readonly Kind[] = [
  { path: '/v1/messages', model: 'claude-sonnet-5.5', factor: 1.37 },
  { path: '/v1/responses', model: 'gpt-6.1-sol', factor: 1 },
  { path: '/v1/chat/completions', model: 'gemini-3.8-flash', factor: 1.12 },
];
const sessions = 5;
const turns = 12;

interface Call {
  readonly turn: number;
  readonly inputError: number;
  readonly cost: number;
  readonly expected: number;
  readonly most: number;
}

let started: StartedProxy | undefined;
afterEach(() => started?.close());

/** Strings with what stands around them in a template: no JSON, which nobody tokenizes. */
function promptText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(promptText).join('\n');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .filter(([name]) => name !== 'cache_control' && name !== 'model')
    .map(([name, member]) => `${name.length > 8 ? name : ''} ${promptText(member)}`)
    .join('\n');
}

async function play(
  proxy: StartedProxy,
  { path, model, factor }: Kind,
  countsByO200k: boolean,
): Promise<readonly Call[]> {
  const calls: Call[] = [];
  const random = randomOf(7);
  const first = Math.floor(random() * 1000);
  for (let index = 0; index < sessions; index += 1) {
    const session = agentSession(first + index, turns);
    for (let turn = 0; turn < turns; turn += 1) {
      const body = requestOf[path](session, turn, model);
      if (countsByO200k)
        proxy.simulator.addFault({
          on: path.replace(/^\/v1(?!\/messages)/, ''),
          do: { kind: 'prompt-tokens', count: Math.round(encode(promptText(body)).length * factor) },
        });
      const reply = await fetch(`${proxy.url}${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${proxy.key}`,
          'content-type': 'application/json',
          'session-id': `s${index}`,
        },
        body: JSON.stringify(body),
      });
      expect(reply.status, await reply.text()).toBe(200);
      const id = reply.headers.get('x-crossfeed-exchange') ?? '';
      await expect.poll(() => proxy.store.exchanges.find(id)).toBeDefined();
      const record = await proxy.store.exchanges.find(id);
      const real = record?.usage ? promptTokensOf(record.usage) : null;
      const { estimate, cost } = record ?? {};
      if (!estimate || real === null || cost?.nanoAiu == null) throw new Error('the record says too little');
      calls.push({
        turn,
        inputError: Math.abs(estimate.inputTokens - real) / real,
        cost: cost.nanoAiu,
        expected: estimate.nanoAiu ?? 0,
        most: estimate.mostNanoAiu ?? 0,
      });
    }
  }
  return calls;
}

const middle = (figures: readonly number[], share = 0.5) =>
  figures.toSorted((a, b) => a - b)[Math.floor(figures.length * share)] ?? 0;
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

test.each([
  ["the simulator's own tokenizer", false],
  ['o200k, times a factor that nobody told the proxy', true],
])('by %s the middle error of the input is at most a tenth', async (name, countsByO200k) => {
  started = await startProxy();
  const lines = [`estimates by ${name}: ${sessions} sessions of ${turns} calls on each model`];
  for (const kind of kinds) {
    const calls = (await play(started, kind, countsByO200k)).filter(({ turn }) => turn > 0);
    const errors = calls.map(({ inputError }) => inputError);
    const inRange = calls.filter(({ cost, most }) => cost <= most).length / calls.length;
    const whole = calls.map(({ cost, expected }) => Math.abs(expected - cost) / cost);
    lines.push(
      `  ${kind.model.padEnd(18)} input: median ${percent(middle(errors))}, p90 ${percent(middle(errors, 0.9))}; ` +
        `whole call: median ${percent(middle(whole))}, p90 ${percent(middle(whole, 0.9))}, below its most ${percent(inRange)}`,
    );
    expect(middle(errors), kind.model).toBeLessThanOrEqual(0.1);
    expect(inRange, kind.model).toBeGreaterThanOrEqual(0.95);
  }
  process.stdout.write(`${lines.join('\n')}\n`);
});
