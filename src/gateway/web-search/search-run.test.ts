import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../test/support/fake-clock.ts';
import type { SearchOutcome } from '../../canonical/web-search.ts';
import type { AnswerOutput } from '../answer-output.ts';
import type { GatewayRequest } from '../gateway.ts';
import { createMessagesWeaver } from './messages-weaver.ts';
import { startSearchRun } from './search-run.ts';

const caller = { keyId: 'default', label: 'default', accountName: 'octo', models: null, project: null };
const route = { protocol: 'anthropic-messages', operation: 'generate', path: '/v1/messages' } as const;

/** Runs one answer in one piece on a model that says `input` to every question. */
async function runOn(input: object, outcome: SearchOutcome) {
  const asked: GatewayRequest[] = [];
  const searched: string[] = [];
  const answer = await new Promise<string>((resolve) => {
    const emitter = new EventEmitter();
    let body = '';
    const output: AnswerOutput = {
      statusCode: 200,
      headersSent: false,
      socket: null,
      writeHead: () => undefined,
      write(bytes) {
        body += bytes.toString();
        return true;
      },
      end: () => resolve(body),
      destroy: () => resolve(body),
      once: () => undefined,
      on: (event, listener) => emitter.on(event, listener),
      off: (event, listener) => emitter.off(event, listener),
    };
    const request: GatewayRequest = {
      route,
      exchangeId: 'cf-1',
      headers: {},
      body: Buffer.from('{}'),
      caller,
    };
    startSearchRun(
      {
        gateway: {
          answer(step, stepOutput) {
            asked.push(step);
            stepOutput.writeHead(200, {});
            const content = [{ type: 'tool_use', id: `toolu_${asked.length}`, name: 'web_search', input }];
            stepOutput.write(JSON.stringify({ content, stop_reason: 'tool_use', usage: { output_tokens: 1 } }));
            stepOutput.end();
          },
        },
        clock: createFakeClock(),
        newId: () => `cf-${asked.length + 1}`,
        settings: { maxUses: 3, maxResults: 2 },
        heartbeatMs: 1_000,
        maxEventBytes: 1_000,
        onProblem: () => undefined,
      },
      {
        request,
        session: 's1',
        output,
        weaver: createMessagesWeaver({ messages: [] }),
        terms: { maxUses: Number.POSITIVE_INFINITY, allowedDomains: [], blockedDomains: [] },
        way: async ({ query }) => {
          searched.push(query);
          return outcome;
        },
        stream: false,
        onEnd: () => undefined,
      },
    );
  });
  return { asked, searched, answer: JSON.parse(answer) as { stop_reason: string; usage: { output_tokens: number } } };
}

const entries = ['a', 'b', 'c'].map((host) => ({
  url: `https://${host}.example/`,
  title: host,
  text: '',
  pageAge: null,
}));

test.each([
  ['makes searches', { query: 'x' }, 3],
  ['makes calls that are no searches', {}, 0],
])('a model that only %s is asked so often as searches are allowed, and once more', async (_what, input, searches) => {
  const { asked, searched, answer } = await runOn(input, { entries });
  expect(searched).toHaveLength(searches);
  expect(asked).toHaveLength(4);
  expect(JSON.parse(asked.at(-1)?.body.toString() ?? '{}')).toMatchObject({ tool_choice: { type: 'none' } });
  // Nothing is left for the caller to answer.
  expect(answer).toMatchObject({ stop_reason: 'pause_turn', usage: { output_tokens: 4 } });
});

test('each step but the first is declared as made for the first', async () => {
  const { asked } = await runOn({}, { entries });
  expect(asked.map(({ madeFor }) => madeFor?.parentId)).toEqual([undefined, 'cf-1', 'cf-1', 'cf-1']);
});

test('no more results are shown than the settings say', async () => {
  const { answer } = await runOn({ query: 'x' }, { entries });
  expect(JSON.stringify(answer)).toContain('https://b.example/');
  expect(JSON.stringify(answer)).not.toContain('https://c.example/');
});
