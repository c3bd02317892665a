/** The terminal of a running proxy: what it shows of calls that wait, and what it takes for an answer. */
import { PassThrough } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { sampleCall, spendRig } from '../../test/support/spend-rig.ts';
import { parseAnswer } from './approval-lines.ts';
import { approveInTerminal } from './approve-in-terminal.ts';

function terminal(isTty = true, rig = spendRig([], { approval: { of: 'all', aboveNanoAiu: 0 } })) {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  let shown = '';
  stdout.on('data', (bytes: Buffer) => (shown += bytes.toString()));
  const tty = { stdin: isTty, stdout: isTty, stderr: isTty };
  const end = approveInTerminal({ stdin, stdout, isTty: tty }, rig.approvals);
  return { ...rig, stdin, end, shown: () => shown };
}

test('shows who asks for what at which cost, and takes one letter for an answer', async () => {
  const { desk, stdin, shown, end, approvals } = terminal();
  const verdict = desk.admit(sampleCall({ project: 'site', edits: ['stop-cut'], model: 'gpt-5\u001b[2Jmini' }));
  expect(shown()).toBe(
    '\n  ? #1 gpt-5[2Jmini, about 1 to 3 credits; key default, project site, session s1; edits: stop-cut; ' +
      'every call is asked about\n    a allows, s allows its session, d denies:\n',
  );
  stdin.write('what\n');
  await vi.waitFor(() => expect(shown()).toContain('add the number'));
  stdin.write('a\n');
  expect(await verdict).toMatchObject({ allowed: true });
  expect(shown()).toContain('#1 is allowed.');
  expect(approvals.waiting()).toEqual([]);
  end();
});

test('a number chooses among several; without one the oldest is meant', async () => {
  const { desk, stdin, end } = terminal();
  const [first, second] = ['a', 'b'].map((exchangeId) => desk.admit(sampleCall({ exchangeId })));
  stdin.write('d 2\n');
  expect(await second).toMatchObject({ allowed: false });
  stdin.write('a\n');
  expect(await first).toMatchObject({ allowed: true });
  end();
});

test('nothing is read while nobody waits, and nothing at all without a terminal', async () => {
  const asked = terminal();
  expect(asked.stdin.listenerCount('data')).toBe(0);
  const verdict = asked.desk.admit(sampleCall());
  expect(asked.stdin.readableFlowing).toBe(true);
  asked.approvals.answer('1', 'deny');
  await verdict;
  expect(asked.stdin.readableFlowing).toBe(false);
  const headless = terminal(false);
  void headless.desk.admit(sampleCall());
  expect([headless.shown(), headless.stdin.readableFlowing]).toEqual(['', null]);
});

test('a call that came while the program was still starting is shown too: it waited unseen', async () => {
  const rig = spendRig([], { approval: { of: 'all', aboveNanoAiu: 0 } });
  const verdict = rig.desk.admit(sampleCall());
  const { shown, stdin, end } = terminal(true, rig);
  await vi.waitFor(() => expect(shown()).toContain('? #1 gpt-5-mini'));
  stdin.write('a\n');
  expect(await verdict).toMatchObject({ allowed: true });
  end();
});

test.each([
  ['a', { answer: 'allow' }],
  ['  YES ', { answer: 'allow' }],
  ['s 12', { answer: 'session', id: '12' }],
  ['deny #3', { answer: 'deny', id: '3' }],
  ['constructor', undefined],
  ['a b', undefined],
  ['', undefined],
])('%j', (line, answer) => {
  expect(parseAnswer(line)).toEqual(answer);
});
