/** Measures what an open dashboard costs a stream: interleaved rounds of streamed calls, a page's feed open and shut, as ratios. */
import { readFileSync } from 'node:fs';
import { createSimulator, simulatedGithubToken } from '../src/simulator/index.ts';
import { dashboardLink, signInAt } from '../test/support/dashboard-client.ts';
import { spawnProxy } from '../test/support/spawn-proxy.ts';

const rounds = Number(process.argv[2] ?? 7);
const calls = Number(process.argv[3] ?? 200);
const apiKey = 'cf_a-key-for-the-measurement';

const simulator = createSimulator();
const { url: upstreamUrl } = await simulator.listen();
const proxy = await spawnProxy({ upstreamUrl, githubToken: simulatedGithubToken, apiKey, args: ['--no-pace'] });
const { headers } = await signInAt(await dashboardLink(proxy.home));

/** Of the proxy alone, in ticks of the kernel (Linux): user and system. */
function processorTicks(): number {
  const fields = readFileSync(`/proc/${proxy.pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

async function stream(): Promise<number> {
  const began = performance.now();
  const reply = await fetch(`${proxy.url}/v1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'claude-haiku-5.5',
      max_tokens: 400,
      stream: true,
      messages: [{ role: 'user', content: 'Hello.' }],
    }),
  });
  await reply.text();
  return performance.now() - began;
}

const median = (values: readonly number[]) => values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0;

async function round(isOpen: boolean): Promise<{ readonly ticks: number; readonly callMs: number }> {
  const leave = new AbortController();
  let snapshots = 0;
  if (isOpen) {
    const feed = await fetch(`${proxy.url}/ui/api/live`, { headers, signal: leave.signal });
    const read = async () => {
      for await (const part of feed.body ?? []) snapshots += part.length > 0 ? 1 : 0;
    };
    void read().catch(() => {});
  }
  const before = processorTicks();
  const times: number[] = [];
  for (let call = 0; call < calls; call += 1) times.push(await stream());
  const ticks = processorTicks() - before;
  leave.abort();
  if (isOpen && snapshots === 0) throw new Error('the open dashboard was sent nothing');
  return { ticks, callMs: median(times) };
}

const ratios: { readonly processor: number; readonly time: number }[] = [];
await round(false);
for (let at = 0; at < rounds; at += 1) {
  // Each comes first in every second round: what warms up or slows down meets both.
  const first = await round(at % 2 === 0);
  const second = await round(at % 2 === 1);
  const [open, shut] = at % 2 === 0 ? [first, second] : [second, first];
  ratios.push({ processor: open.ticks / shut.ticks, time: open.callMs / shut.callMs });
}

function report(name: string, values: readonly number[]): void {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  console.log(`${name.padEnd(40)} ${median(values).toFixed(2)}  (${low.toFixed(2)} to ${high.toFixed(2)})`);
}
report(
  'processor time of the proxy, open/shut',
  ratios.map(({ processor }) => processor),
);
report(
  'time of a streamed call, open/shut',
  ratios.map(({ time }) => time),
);

await proxy.close();
await simulator.close();
