/** Tests of the one-time codes and the sessions of the dashboard. */
import { expect, test } from 'vitest';
import { createSignIn } from './sign-in.ts';

function desk() {
  let nowMs = 0;
  let last = 0;
  const signIn = createSignIn({ clock: { monotonic: () => nowMs }, newSecret: () => `secret-${(last += 1)}` });
  return { signIn, pass: (minutes: number) => (nowMs += minutes * 60_000) };
}

test('a code opens one session, once', () => {
  const { signIn } = desk();
  const code = signIn.newCode();
  const cookie = signIn.redeem(code) ?? '';
  expect(signIn.find(cookie)?.csrf).toMatch(/^secret-/);
  expect(signIn.redeem(code)).toBeUndefined();
  expect(signIn.find(code)).toBeUndefined();
});

test.each([
  [9, true],
  [10, false],
])('a code that is %d minutes old opens: %s', (minutes, opens) => {
  const { signIn, pass } = desk();
  const code = signIn.newCode();
  pass(minutes);
  expect(signIn.redeem(code) !== undefined).toBe(opens);
});

test('a session lives twelve hours after its last use', () => {
  const { signIn, pass } = desk();
  const cookie = signIn.redeem(signIn.newCode()) ?? '';
  pass(11 * 60);
  expect(signIn.find(cookie)).toBeDefined();
  pass(11 * 60);
  expect(signIn.find(cookie)).toBeDefined();
  pass(12 * 60);
  expect(signIn.find(cookie)).toBeUndefined();
});

test('a session that was ended is gone', () => {
  const { signIn } = desk();
  const cookie = signIn.redeem(signIn.newCode()) ?? '';
  signIn.end(cookie);
  expect(signIn.find(cookie)).toBeUndefined();
});

test.each(['', 'guess', 'secret-0'])('%j opens nothing', (code) => {
  const { signIn } = desk();
  signIn.newCode();
  expect(signIn.redeem(code)).toBeUndefined();
  expect(signIn.find(code)).toBeUndefined();
});

test('of many codes the newest open', () => {
  const { signIn } = desk();
  const codes = Array.from({ length: 30 }, () => signIn.newCode());
  expect(signIn.redeem(codes[0] ?? '')).toBeUndefined();
  expect(signIn.redeem(codes[29] ?? '')).toBeDefined();
});
