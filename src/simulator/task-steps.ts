/** Reads what a person asks a coding agent to do: files to create or to edit, commands to run, one after another. */
import { quotedText, readChars, readFileTask, type FileTask } from './file-task.ts';
import { parseJson } from './json-value.ts';

export interface EditTask {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

export type TaskStep =
  | ({ readonly kind: 'create' } & FileTask)
  | ({ readonly kind: 'edit' } & EditTask)
  | { readonly kind: 'command'; readonly line: string };

/** The steps in their order; none where nothing of the kind is asked for. `earlierName` is what "that file" means. */
export function readSteps(text: string, earlierName?: string): readonly TaskStep[] {
  const steps: TaskStep[] = [];
  let lastName = earlierName;
  let pending = '';
  const settle = (step: TaskStep | undefined) => {
    if (step === undefined) return;
    steps.push(step);
    if (step.kind !== 'command') lastName = step.name;
  };
  for (const clause of clausesOf(unwrapped(text).slice(0, readChars))) {
    const before = readStep(pending, lastName);
    const spokenOf = before === undefined || before.kind === 'command' ? lastName : before.name;
    // What is no step by itself belongs to the clause before it: "… with the content: eat and run".
    if (readStep(clause, spokenOf) === undefined) {
      pending += clause;
      continue;
    }
    settle(before);
    pending = clause;
  }
  settle(readStep(pending, lastName));
  return steps;
}

/** opencode hands a prompt from the command line on as a JSON string. */
function unwrapped(text: string): string {
  const inside = text.startsWith('"') ? parseJson(text) : undefined;
  return typeof inside === 'string' ? inside : text;
}

const nextClause = new RegExp(
  String.raw`(?:[.,;:]?\s+(?:and\s+)?then\s+|[.;,]\s+(?:and\s+)?|\s+and\s+|\n+\s*(?:\d+[.)]\s*|[-*]\s+)?)` +
    String.raw`(?=(?:please\s+|now\s+|finally\s+|also\s+)*` +
    String.raw`(?:create|write|make|save|put|replace|substitute|edit|change|run|execute|in\s+(?:the|that|this)\s+(?:same\s+)?file)\b)`,
  'gi',
);

/** The text cut before each new order, not inside of quotes; joined again it is the text. */
function clausesOf(text: string): readonly string[] {
  const shielded = [...text.matchAll(quotedText)].map(({ index, 0: whole }) => [index, index + whole.length] as const);
  const cuts = [...text.matchAll(nextClause)]
    .map(({ index, 0: separator }) => index + separator.length)
    .filter((cut) => !shielded.some(([start, end]) => start < cut && cut < end));
  return [0, ...cuts].map((start, index) => text.slice(start, cuts[index]));
}

/** The order that begins first wins: the content of a file may well hold the words of another one. */
function readStep(clause: string, lastName: string | undefined): TaskStep | undefined {
  const begins = (words: RegExp) => {
    const at = clause.search(words);
    return at < 0 ? Number.POSITIVE_INFINITY : at;
  };
  const readers = [
    { at: begins(editWish), read: () => readEdit(clause, lastName) },
    { at: begins(commandWish), read: () => readCommand(clause) },
    { at: begins(createWish), read: () => readCreate(clause) },
  ];
  for (const { at, read } of readers.toSorted((a, b) => a.at - b.at)) {
    const step = Number.isFinite(at) ? read() : undefined;
    if (step !== undefined) return step;
  }
  return undefined;
}

const createWish = /\b(?:create|write|make(?! sure)|add|save|put|generate)\b/i;
const editWish = /\b(?:replace|substitute|change)\b/i;
const commandWish = /\b(?:run|execute)\b/i;

function readCreate(clause: string): TaskStep | undefined {
  const task = readFileTask(clause);
  return task === undefined ? undefined : { kind: 'create', ...task };
}

const quoted = String.raw`(?:"([^"]+)"|“([^”]+)”|'([^']+)'|` + '`([^`]+)`)';
const what = String.raw`(?:the\s+)?(?:(?:word|words|text|line|string|value)\s+)?`;
const edits = [
  new RegExp(
    String.raw`\b(?:replace|substitute|change)\s+${what}${quoted}\s+(?:by|with|to|into)\s+${what}${quoted}`,
    'i',
  ),
  /\b(?:replace|substitute|change)\s+(?:the\s+word\s+)?(\S+)\s+(?:by|with|to|into)\s+(?:the\s+word\s+)?(\S+?)(?=[.,;]?(?:\s|$))/i,
];

function readEdit(clause: string, lastName: string | undefined): TaskStep | undefined {
  for (const words of edits) {
    const match = words.exec(clause);
    if (match === null) continue;
    const [from, to] = match.slice(1).filter((group) => group !== undefined);
    // The words around the exchange name the file; the exchange itself may hold names of others.
    const around = clause.replace(match[0], ' ');
    const name = fileNameIn(around) ?? (/\b(?:file|it)\b/i.test(around) ? lastName : undefined);
    if (from === undefined || to === undefined || name === undefined) continue;
    return { kind: 'edit', name, from, to };
  }
  return undefined;
}

function fileNameIn(text: string): string | undefined {
  return readFileTask(`Create the file ${text}`)?.name;
}

const command = new RegExp(
  String.raw`\b(?:run|execute)\s+(?:(?:the|this|a)\s+)?(?:(?:shell|bash|terminal)\s+)?(command\b)?\s*:?\s*` +
    '(?:```[^\\n]*\\n([\\s\\S]*?)\\n?```|`([^`]+)`|"([^"]+)"|(\\S[^\\n]*?)(?=,?\\s+(?:and|then)(?:\\s+then)?\\s+(?:tell|say|show|report|give|print)|\\.?\\s*(?:\\n|$)))',
  'i',
);

function readCommand(clause: string): TaskStep | undefined {
  const match = command.exec(clause);
  if (match === null) return undefined;
  const line = match[2] ?? match[3] ?? match[4];
  if (line !== undefined) return { kind: 'command', line };
  // Without quotes only the word "command" tells that a command follows: "run for your life" is none.
  return match[1] === undefined || match[5] === undefined ? undefined : { kind: 'command', line: match[5] };
}
