/** A program that does nothing but call: so many at a time, in all protocols, each again as soon as it was answered. */
import http from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { callsOfAllProtocols } from './leaving-client.ts';
import { readStream, type StreamWire } from './stream-grammar.ts';

export interface CrowdTask {
  readonly port: number;
  readonly key: string;
  readonly clients: number;
  readonly forMs: number;
  /** How long somebody who was refused thinks before the next call. */
  readonly pauseMs: number;
}

export interface CrowdReport {
  /** How long each took, in ms. */
  readonly served: readonly number[];
  readonly refused: readonly number[];
  /** What was neither served whole nor refused as it should be. */
  readonly faults: readonly string[];
}

const wires: readonly StreamWire[] = ['chat', 'messages', 'responses', 'gemini', 'ollama'];
const models = { chat: 'm-chat', messages: 'm-messages', responses: 'm-responses' };
const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity });

interface Reply {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

function ask({ port, key }: CrowdTask, path: string, body: object): Promise<Reply> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const request = http.request({ port, host: '127.0.0.1', method: 'POST', path, headers, agent }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'], text }),
      );
      answer.on('error', reject);
    });
    request.on('error', reject);
    request.end(JSON.stringify(body));
  });
}

async function crowd(task: CrowdTask): Promise<CrowdReport> {
  const report = { served: [] as number[], refused: [] as number[], faults: [] as string[] };
  const untilMs = performance.now() + task.forMs;
  let serial = 0;
  const client = async () => {
    while (performance.now() < untilMs) {
      const number = (serial += 1);
      const at = number % wires.length;
      const [path, body] = (callsOfAllProtocols[at] as (typeof callsOfAllProtocols)[number])(models, true, number);
      const fromMs = performance.now();
      const { status, retryAfter, text } = await ask(task, path, body);
      const tookMs = performance.now() - fromMs;
      if (status === 200) {
        const { ending, breaches } = readStream(wires[at] as StreamWire, text);
        if (ending !== 'finished' || breaches.length > 0)
          report.faults.push(`${path}: ${ending} ${breaches.join(' ')}`);
        report.served.push(tookMs);
        continue;
      }
      if (![429, 503, 529].includes(status) || !/^\d+$/.test(retryAfter ?? ''))
        report.faults.push(`${path}: ${status}, Retry-After ${retryAfter}: ${text.slice(0, 300)}`);
      report.refused.push(tookMs);
      await wait(task.pauseMs);
    }
  };
  await Promise.all(Array.from({ length: task.clients }, client));
  agent.destroy();
  return report;
}

process.once('message', (task: CrowdTask) => {
  void crowd(task).then((report) => process.send?.(report, () => process.disconnect()));
});
