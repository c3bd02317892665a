/** For every number of the list of translation cases that no test of this folder has in its name: which test plays it. */

/** A test in this file, which holds `named`. */
export interface CasePlace {
  readonly file: string;
  readonly named: string;
}

const place = (file: string, named: string): CasePlace => ({ file, named });

const upstream = 'src/upstream/copilot';
const messagesRules = `${upstream}/body-rules/messages-rules.test.ts`;
const betas = `${upstream}/beta-rules.test.ts`;
const embeddings = 'test/sdk/openai-embeddings.test.ts';
const call = `${upstream}/call.test.ts`;

export const casePlaces: Readonly<Record<number, CasePlace>> = {
  24: place(messagesRules, "scope: 'global'"),
  25: place(messagesRules, 'lifetimes of markers, where they may not go up'),
  26: place(betas, 'context management without its beta'),
  27: place(betas, 'an unknown one among them'),
  50: place(embeddings, "the SDK's default asks for base64"),
  51: place(embeddings, 'one list of tokens'),
  52: place(`${upstream}/body-rules/gemini-schema.test.ts`, 'only members that Gemini knows go up'),
  89: place('test/streams.test.ts', 'gets its head and heartbeats through'),
  92: place('test/streams.test.ts', 'a client that leaves in mid-stream ends the upstream call at once'),
  102: place(`${upstream}/initiator.test.ts`, 'Conversation-Compaction'),
  104: place('test/session-corrections.test.ts', 'too large on $path'),
  106: place('test/sdk/anthropic-messages.test.ts', 'tokens are counted by the upstream'),
  107: place('src/gateway/prompt-lessons.test.ts', 'a factor is learned of the whole prompt, cached or not'),
  108: place('test/sdk/errors.test.ts', 'a history that does not pair up is told in the words of the upstream'),
  109: place('test/sdk/errors.test.ts', 'an overflow on messages keeps the phrase that clients compact on'),
  110: place(call, 'a refusal that is compressed, or whose body never ends, is still read'),
  111: place(`${upstream}/exchanged-bearer.test.ts`, 'a refused token is replaced once, however many report it'),
  113: place(call, 'the seat is found by the exchange, and found again when it moved'),
  114: place(`${upstream}/endpoints.test.ts`, 'no tenant serves an account of github.com'),
  116: place('src/http/body-coding.test.ts', 'zstd'),
  118: place(call, 'after a sleep the sockets of before are not trusted'),
};

/** The numbers of the list, which leaves some out. */
const ranges = [
  [1, 9],
  [11, 19],
  [21, 29],
  [31, 33],
  [35, 41],
  [43, 43],
  [45, 54],
  [56, 56],
  [58, 58],
  [60, 63],
  [65, 65],
  [67, 69],
  [71, 72],
  [74, 76],
  [78, 80],
  [82, 82],
  [84, 85],
  [87, 90],
  [92, 95],
  [97, 100],
  [102, 104],
  [106, 111],
  [113, 114],
  [116, 116],
  [118, 118],
] as const;

export const caseNumbers: readonly number[] = ranges.flatMap(([from, to]) =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at),
);
