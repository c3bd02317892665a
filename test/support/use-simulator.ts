/** A simulator for each test of a file, with a client that asks it as a well-behaved proxy would. */
import { afterEach, beforeEach } from 'vitest';
import {
  createSimulator,
  simulatedOauthToken,
  type Simulator,
  type SimulatorOptions,
} from '../../src/simulator/index.ts';

export interface SimulatorInTest {
  readonly simulator: Simulator;
  readonly url: string;
  /** POSTs JSON with a direct bearer; `headers` add to or replace what is sent, undefined takes away. */
  readonly post: (
    path: string,
    body: unknown,
    headers?: Readonly<Record<string, string | undefined>>,
  ) => Promise<Response>;
}

const goodHeaders: Readonly<Record<string, string>> = {
  authorization: `Bearer ${simulatedOauthToken}`,
  'content-type': 'application/json',
  'copilot-integration-id': 'vscode-chat',
  'x-github-api-version': '2026-08-01',
  'x-initiator': 'user',
  'accept-encoding': 'identity',
};

export function useSimulator(options: SimulatorOptions = {}): () => SimulatorInTest {
  let current: SimulatorInTest | undefined;
  beforeEach(async () => {
    const simulator = createSimulator(options);
    const { url } = await simulator.listen();
    current = {
      simulator,
      url,
      post: (path, body, changed = {}) => {
        const headers = Object.entries({ ...goodHeaders, ...changed }).filter(([, value]) => value !== undefined);
        const text = typeof body === 'string' ? body : JSON.stringify(body);
        return fetch(url + path, { method: 'POST', body: text, headers: headers as [string, string][] });
      },
    };
  });
  afterEach(async () => {
    await current?.simulator.close();
    current = undefined;
  });
  return () => {
    if (current === undefined) throw new Error('the simulator runs only inside tests');
    return current;
  };
}

/** The `data:` payloads of an event stream, parsed, without `[DONE]`. */
export function payloadsOf(text: string): Record<string, unknown>[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data: ') && line !== 'data: [DONE]')
    .map((line) => JSON.parse(line.slice(6)) as Record<string, unknown>);
}
