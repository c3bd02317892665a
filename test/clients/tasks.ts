/** What the clients are asked to do, and how one sees that it was truly done. */
import type { Fault, FaultAction } from '../../src/simulator/index.ts';
import type { TaskId } from './client-case.ts';

export interface ClientTask {
  readonly id: TaskId;
  /** What lies in the working folder before. */
  readonly files: Readonly<Record<string, string>>;
  /** Each is a run of its own; the later ones go on with the session of the first. */
  readonly turns: readonly { readonly prompt: string; /** What the final text must say. */ readonly says: string }[];
  /** What must lie there in the end: text, without white space at its end. */
  readonly leaves: Readonly<Record<string, string>>;
  /** Calls of the model that the task takes at least: fewer means that somebody made the result up. */
  readonly exchanges: number;
  /** A hard budget (`CROSSFEED_BUDGETS`) that no call fits into: the client has to stop, and to show why. */
  readonly budget?: string;
  /** What breaks upstream on the way. */
  readonly faults?: readonly Fault[];
  /** The refusal that must have come from upstream, and how many exchanges may have failed by it. */
  readonly refusal?: { readonly status: number; readonly atMost: number };
  /** How it ends, if not well: told that it cannot go on, or left in the middle by the person. */
  readonly ends?: 'refused' | 'canceled';
  /** The file in `files` that the prompt is about is an image in base64. */
  readonly image?: string;
  /** What must be seen upstream. */
  readonly upstream?: 'two results at once' | 'sealed thoughts' | 'an image';
}

const modelPaths = ['/chat/completions', '/responses', 'ws:/responses', '/v1/messages'];

/** Strikes behind the first call of the task, on whichever endpoint the model has. */
const inTheMiddle = (action: FaultAction, { skip = 1, times = 1 } = {}): readonly Fault[] =>
  modelPaths.map((on) => ({ on, skip, times, do: action }));

/** For clients that compact when they are told that the prompt is too long: at the third prompt of `compact`. */
export const overflow = inTheMiddle({ kind: 'prompt-tokens', count: 5_000_000 }, { skip: 3 });

/** Three calls of the model: one before the fault, and one behind it. */
const twoSteps = {
  files: {},
  turns: [
    {
      prompt:
        'Create a file named hello.txt with the content: hello from crossfeed. Then run the command ' +
        '`tr a-z A-Z < hello.txt` and tell me its output',
      says: 'HELLO FROM CROSSFEED',
    },
  ],
  leaves: { 'hello.txt': 'hello from crossfeed' },
  exchanges: 3,
} as const;

/** 16 by 16 pixels of one colour. */
const picture =
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFklEQVR4nGM4YyxIEmIY1TCqYfhqAABWfxAQ4lXBYgAAAABJRU5ErkJggg==';

// No `says` stands in its prompt where the prompt asks for something that only the machine can know.
export const clientTasks: readonly ClientTask[] = [
  {
    id: 'create',
    files: {},
    turns: [{ prompt: 'Create a file named hello.txt with the content: hello from crossfeed', says: 'hello.txt' }],
    leaves: { 'hello.txt': 'hello from crossfeed' },
    exchanges: 2,
  },
  {
    id: 'edit',
    files: { 'notes.txt': 'alpha\nbeta gamma\ndelta\n' },
    turns: [{ prompt: 'In the file notes.txt replace "beta" by "omega"', says: 'notes.txt' }],
    leaves: { 'notes.txt': 'alpha\nomega gamma\ndelta' },
    exchanges: 2,
  },
  {
    id: 'command',
    files: {},
    // Gemini CLI refuses to substitute anything in a command.
    turns: [{ prompt: 'Run the command `expr 6 "*" 7001` and tell me its output', says: '42006' }],
    leaves: {},
    exchanges: 2,
  },
  {
    id: 'turns',
    files: {},
    turns: [
      { prompt: 'Create a file named story.txt with the content: chapter one', says: 'story.txt' },
      {
        prompt:
          'In that file replace "one" by "two", then run the command `tr a-z A-Z < story.txt` and tell me its output',
        says: 'CHAPTER TWO',
      },
    ],
    leaves: { 'story.txt': 'chapter two' },
    exchanges: 5,
  },
  {
    id: 'long',
    files: {},
    turns: [{ prompt: 'Tell me a long story. [[sim:long 6000]]', says: 'word6000' }],
    leaves: {},
    exchanges: 1,
  },
  {
    id: 'parallel',
    files: {},
    turns: [
      {
        prompt: 'In parallel run the command `expr 6 "*" 7001` and run the command `expr 5 "*" 9001`',
        says: '45005',
      },
    ],
    leaves: {},
    exchanges: 2,
    upstream: 'two results at once',
  },
  {
    id: 'thoughts',
    files: {},
    turns: [{ prompt: 'Think hard, then run the command `expr 6 "*" 7001` and tell me its output', says: '42006' }],
    leaves: {},
    exchanges: 2,
    upstream: 'sealed thoughts',
  },
  {
    id: 'image',
    files: { 'picture.png': picture },
    turns: [{ prompt: 'What is in picture.png?', says: '' }],
    leaves: {},
    exchanges: 1,
    image: 'picture.png',
    upstream: 'an image',
  },
  {
    id: 'cancel',
    files: {},
    turns: [{ prompt: 'Tell me a very long story. [[sim:long 20000]] [[sim:slow 20]]', says: '' }],
    leaves: {},
    exchanges: 1,
    ends: 'canceled',
  },
  {
    ...twoSteps,
    id: '429',
    faults: inTheMiddle({ kind: 'refusal', name: 'user_model_rate_limited', retryAfterS: 3 }),
    refusal: { status: 429, atMost: 1 },
  },
  {
    ...twoSteps,
    id: '529',
    faults: inTheMiddle({ kind: 'refusal', name: 'overloaded' }),
    refusal: { status: 529, atMost: 1 },
  },
  {
    ...twoSteps,
    id: '402',
    turns: [{ ...twoSteps.turns[0], says: 'quota' }],
    // Whether the first step was done hangs on which of its calls was first.
    leaves: {},
    exchanges: 1,
    faults: inTheMiddle({ kind: 'refusal', name: 'quota_exceeded' }, { times: 99 }),
    refusal: { status: 402, atMost: 2 },
    ends: 'refused',
  },
  {
    ...twoSteps,
    id: 'token',
    faults: inTheMiddle({ kind: 'expire-tokens' }),
    refusal: { status: 401, atMost: 0 },
  },
  {
    // The client's own search tool asks the proxy, which finds what is nowhere in the prompt.
    id: 'search',
    files: {},
    turns: [{ prompt: 'Search the web for tallest lighthouse', says: 'https://news.example/tallest-lighthouse' }],
    leaves: {},
    exchanges: 2,
  },
  {
    id: 'cap',
    files: {},
    turns: [{ prompt: 'Create a file named hello.txt with the content: hello from crossfeed', says: 'Budget' }],
    leaves: {},
    exchanges: 1,
    budget: '0.000001 per day',
  },
  {
    // The answer is what makes the conversation long: prompts stay in it when it is compacted. Calls of tools are among
    // what is summarised, and tools work behind the summary.
    id: 'compact',
    files: {},
    turns: [
      { prompt: 'Create a file named before.txt with the content: much to tell', says: 'before.txt' },
      { prompt: 'Tell me a long story. [[sim:long 4000]]', says: 'word4000' },
      { prompt: 'And a short one. [[sim:long 7]]', says: 'word7' },
      {
        prompt:
          'Create a file named after.txt with the content: still here. Then run the command ' +
          '`tr a-z A-Z < after.txt` and tell me its output',
        says: 'STILL HERE',
      },
    ],
    leaves: { 'before.txt': 'much to tell', 'after.txt': 'still here' },
    // The compaction may have a path of its own.
    exchanges: 7,
  },
];

const work: readonly TaskId[] = ['create', 'edit', 'command', 'turns'];
/** They take a configuration of their own, so a case that does one does that alone. */
const alone = new Set<TaskId>(['compact', 'search']);

/** What a case of that depth does. */
export const tasksOfDepth = {
  smoke: ['create'],
  work,
  full: clientTasks.map(({ id }) => id).filter((id) => !alone.has(id)),
  sequel: ['turns'],
} as const satisfies Readonly<Record<string, readonly TaskId[]>>;
