/** Who is asked about, what an answer does, and what happens without one. */
import { expect, test } from 'vitest';
import { credit, sampleBudget, sampleCall, spendRig } from '../../test/support/spend-rig.ts';

const askAll = { of: 'all', aboveNanoAiu: 0 } as const;
const codeOf = async (verdict: ReturnType<ReturnType<typeof spendRig>['desk']['admit']>) => {
  const answered = await verdict;
  return answered.allowed ? 'allowed' : answered.error.code;
};

test.each([
  ['allow', 'allowed'],
  ['deny', 'approval_denied'],
  ['session', 'allowed'],
] as const)('%s: the call is %s', async (answer, outcome) => {
  const { desk, approvals } = spendRig([], { approval: askAll });
  const verdict = desk.admit(sampleCall({ edits: ['stop-cut'] }));
  const [call] = approvals.waiting();
  expect(call).toMatchObject({
    id: '1',
    model: 'gpt-5-mini',
    nanoAiu: credit,
    mostNanoAiu: 3 * credit,
    edits: ['stop-cut'],
  });
  expect(approvals.answer('1', answer)).toBe(true);
  expect(await codeOf(verdict)).toBe(outcome);
  expect(approvals.answer('1', 'allow')).toBe(false);
});

test('a word for the session is one for all that wait and follow in it, and for no other', async () => {
  const { desk, approvals } = spendRig([], { approval: askAll });
  const both = ['a', 'b'].map((exchangeId) => desk.admit(sampleCall({ exchangeId })));
  const other = desk.admit(sampleCall({ exchangeId: 'c', session: 's2' }));
  approvals.answer('2', 'session');
  expect(await Promise.all(both.map(codeOf))).toEqual(['allowed', 'allowed']);
  expect(desk.admit(sampleCall({ exchangeId: 'd' }))).toMatchObject({ allowed: true });
  expect(approvals.waiting().map(({ id }) => id)).toEqual(['3']);
  approvals.answer('3', 'deny');
  expect(await codeOf(other)).toBe('approval_denied');
});

test('where sessions are asked about, one word is enough for each', async () => {
  const { desk, approvals } = spendRig([], { approval: { of: 'session', aboveNanoAiu: 0 }, bySession: true });
  const first = desk.admit(sampleCall());
  approvals.answer('1', 'allow');
  expect(await codeOf(first)).toBe('allowed');
  expect(desk.admit(sampleCall({ exchangeId: 'b' }))).not.toBeInstanceOf(Promise);
  expect(desk.admit(sampleCall({ exchangeId: 'c', session: 's2' }))).toBeInstanceOf(Promise);
});

test.each([
  ['less', 4.9, false],
  ['as much', 5, false],
  ['more', 5.1, true],
  ['nobody knows what', null, true],
])('above five credits: a call that costs %s', (_what, credits, isAsked) => {
  const { desk } = spendRig([], { approval: { of: 'above', aboveNanoAiu: 5 * credit } });
  expect(desk.admit(sampleCall({ credits })) instanceof Promise).toBe(isAsked);
});

test('five minutes without an answer deny', async () => {
  const { desk, approvals, clock } = spendRig([], { approval: askAll });
  const verdict = desk.admit(sampleCall());
  clock.advance(299_999);
  expect(approvals.waiting()).toHaveLength(1);
  clock.advance(1);
  expect(await verdict).toMatchObject({ allowed: false, error: { code: 'approval_denied', message: /in time/ } });
  expect([approvals.waiting(), clock.timers]).toEqual([[], 0]);
});

test('a client that leaves takes its call back, and whoever watches hears of it', async () => {
  const { desk, approvals, clock } = spendRig([], { approval: askAll });
  const heard: string[] = [];
  const stop = approvals.subscribe((news) => heard.push(news.type === 'waiting' ? 'waiting' : news.outcome));
  const leaving = new AbortController();
  const verdict = desk.admit(sampleCall({ signal: leaving.signal }));
  leaving.abort();
  expect(await verdict).toMatchObject({ allowed: false });
  expect(clock.timers).toBe(0);
  stop();
  void desk.admit(sampleCall());
  expect(heard).toEqual(['waiting', 'withdrawn']);
});

test('a budget that asks asks once it is behind, and says why', async () => {
  const { desk, approvals, ledger } = spendRig([sampleBudget({ id: 'month-ask', mode: 'ask' })]);
  ledger.nanoAiu = 8 * credit;
  expect(desk.admit(sampleCall({ exchangeId: 'a' }))).toMatchObject({ allowed: true });
  const verdict = desk.admit(sampleCall({ exchangeId: 'b', credits: 3 }));
  expect(approvals.waiting()[0]?.reasons).toEqual([
    expect.stringMatching(/^Budget "month-ask": 8 of 10 credits spent since .*, this call takes about 3$/),
  ]);
  approvals.answer('1', 'allow');
  expect(await codeOf(verdict)).toBe('allowed');
});

test('a hard budget refuses before anybody is asked, and once more after the answer', async () => {
  const { desk, approvals, ledger } = spendRig([sampleBudget({ nanoAiu: credit })], { approval: askAll });
  const both = ['a', 'b'].map((exchangeId) => desk.admit(sampleCall({ exchangeId })));
  for (const { id } of approvals.waiting()) approvals.answer(id, 'allow');
  expect(await Promise.all(both.map(codeOf))).toEqual(['allowed', 'insufficient_quota']);
  expect(desk.admit(sampleCall({ exchangeId: 'c' }))).toMatchObject({ allowed: false });
  expect(ledger.asked).toBe(1);
});

test('a proxy that ends waits for nobody: calls that wait are told so, and later ones do not begin to', async () => {
  const { desk, approvals } = spendRig([], { approval: askAll });
  const waiting = [desk.admit(sampleCall({ exchangeId: 'a' })), desk.admit(sampleCall({ exchangeId: 'b' }))];
  approvals.close();
  expect(await Promise.all(waiting.map(codeOf))).toEqual(['draining', 'draining']);
  expect(await codeOf(desk.admit(sampleCall({ exchangeId: 'c' })))).toBe('draining');
  expect(approvals.waiting()).toEqual([]);
});
