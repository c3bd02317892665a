/** The one second try: before any byte reached the caller, and never for a caller who is gone. */
import { expect, test } from 'vitest';
import { ProxyError } from '../errors/proxy-error.ts';
import type { UpstreamReceiver } from '../upstream/upstream.ts';
import type { Mend } from './mend-plan.ts';
import type { ExchangePlan } from './plan-exchange.ts';
import { sendTwiceAtMost } from './second-try.ts';

const refusal = new ProxyError('invalid_request', 'no', { upstreamStatus: 400 });
const planNamed = (askedModel: string) => ({ askedModel, lane: 'raw', edits: [] }) as unknown as ExchangePlan;

function rig(state: { ended?: boolean; headSent?: boolean } = {}) {
  const said: string[] = [];
  const receivers: UpstreamReceiver[] = [];
  const mend: Mend = {
    plan: planNamed('mended'),
    keep: () => void said.push('keep'),
    refused: () => void said.push('refused'),
  };
  sendTwiceAtMost(
    {
      exchange: {
        ended: state.ended ?? false,
        headSent: state.headSent ?? false,
        describe: () => void said.push('describe'),
        publish: () => undefined,
      },
      send(plan, receiver) {
        said.push(`send ${plan.askedModel}`);
        receivers.push(receiver);
      },
      mend: () => mend,
    },
    planNamed('first'),
    {
      onHead: () => void said.push('head'),
      onData: () => void said.push('data'),
      onEnd: () => void said.push('end'),
      onFailure: () => void said.push('failure'),
    },
  );
  const flow = { pause: () => undefined, resume: () => undefined };
  const answer = (index: number) => receivers[index]?.onHead({ status: 200, headers: {} }, flow);
  const refuse = (index: number) => receivers[index]?.onFailure(refusal);
  return { said, answer, refuse };
}

test('an answer to the first is passed on', () => {
  const { said, answer } = rig();
  answer(0);
  expect(said).toEqual(['send first', 'head']);
});

test('after a refusal the mended one is sent, and its answer keeps what was changed', () => {
  const { said, refuse, answer } = rig();
  refuse(0);
  answer(1);
  expect(said).toEqual(['send first', 'describe', 'send mended', 'keep', 'head']);
});

test('a second refusal is the caller’s, and nothing is sent a third time', () => {
  const { said, refuse } = rig();
  refuse(0);
  refuse(1);
  expect(said).toEqual(['send first', 'describe', 'send mended', 'refused', 'failure']);
});

test('a failure after the head is no refusal', () => {
  const { said, refuse, answer } = rig();
  answer(0);
  refuse(0);
  expect(said).toEqual(['send first', 'head', 'failure']);
});

test.each([
  ['bytes reached the caller', { headSent: true }],
  ['the caller left', { ended: true }],
])('nothing is sent again once %s', (_what, state) => {
  const { said, refuse } = rig(state);
  refuse(0);
  expect(said).toEqual(['send first', 'failure']);
});

test('a call that moved to another endpoint is told there, also where its lane stays', () => {
  const told: unknown[] = [];
  const planAt = (endpoint: string) =>
    ({ ...planNamed('m'), lane: 'translated', endpoint, model: { id: 'm' }, headers: {} }) as unknown as ExchangePlan;
  const mend: Mend = { plan: planAt('/responses'), keep: () => undefined, refused: () => undefined };
  const nothing = () => undefined;
  sendTwiceAtMost(
    {
      exchange: { ended: false, headSent: false, describe: nothing, publish: (news) => void told.push(news) },
      send: (plan, receiver) => plan.endpoint === '/chat/completions' && receiver.onFailure(refusal),
      mend: () => mend,
    },
    planAt('/chat/completions'),
    { onHead: nothing, onData: nothing, onEnd: nothing, onFailure: nothing },
  );
  expect(told).toMatchObject([{ type: 'routed', endpoint: '/responses', lane: 'translated' }]);
});
