/** What the clients are asked to do, and how one sees that it was truly done. */
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
}

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
    // The answer is what makes the conversation long: prompts stay in it when it is compacted.
    id: 'compact',
    files: {},
    turns: [
      { prompt: 'Tell me a long story. [[sim:long 4000]]', says: 'word4000' },
      { prompt: 'And a short one. [[sim:long 7]]', says: 'word7' },
    ],
    leaves: {},
    exchanges: 3,
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
];
