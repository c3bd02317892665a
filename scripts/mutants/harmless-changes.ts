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
    file: 'src/translation/stop-sequences.ts',
    code: 'for (let length = Math.min(text.length, longest - 1); length > 0; length -= 1) {',
    was: '>',
    why: 'an end of no letters may begin every stop sequence, and nothing is held back for it',
  },
];
