/** A small coding agent: is asked for files and commands, calls the tools that do it, looks, says what came of it. */
import { assertNever } from '../base/assert-never.ts';
import type { Ask, Piece, Turn } from './conversation.ts';
import { humanTexts, resultsAfter } from './plain-prompt.ts';
import { planStep, type PlannedCall } from './step-calls.ts';
import { readSteps, type TaskStep } from './task-steps.ts';
import { failureIn, printedIn } from './tool-result.ts';

/**
 * The agent's next words and call, or undefined where the conversation holds no task for it: nobody asked for one, it
 * is done and something else was said since, or no tool can do it.
 */
export function nextStep(ask: Ask): readonly Piece[] | undefined {
  const texts = humanTexts(ask.turns);
  for (const [age, { text, index }] of texts.entries()) {
    const steps = readSteps(text, lastNameIn(texts.slice(age + 1).map((older) => older.text)));
    const results = resultsAfter(ask.turns, index);
    if (steps.length > 0) return work(steps, results, { ...ask, parallel: ask.parallel && atOnce.test(text) });
    // Results behind a text that is no task belong to that text; an older task is over then.
    if (results.length > 0 || ask.turns.slice(0, index).some((turn) => turn.role === 'tool')) return undefined;
  }
  return undefined;
}

/** Without such a wish one call is made after the other, whatever the client allows. */
const atOnce = /\bin parallel\b|\bat once\b|\bat the same time\b/i;

/** What "that file" means: the one that was last spoken of. */
function lastNameIn(olderTexts: readonly string[]): string | undefined {
  for (const text of olderTexts) {
    const step = readSteps(text).findLast(({ kind }) => kind !== 'command');
    if (step !== undefined && step.kind !== 'command') return step.name;
  }
  return undefined;
}

interface Stage {
  readonly step: TaskStep;
  readonly planned: PlannedCall;
  /** How many results come before those of its step. */
  readonly offset: number;
}

/** `ask.parallel` lets it make the calls of several steps in one answer. */
function work(steps: readonly TaskStep[], results: readonly Turn[], ask: Ask): readonly Piece[] | undefined {
  const cwd = cwdIn(ask.turns);
  const stages: Stage[] = [];
  for (const step of steps) {
    const plan = planStep(step, ask.tools, cwd);
    // Half of a task is not begun.
    if (plan === undefined && results.length === 0) return undefined;
    const offset = stages.length;
    for (const planned of plan ?? []) stages.push({ step, planned, offset });
  }
  for (const [index, result] of results.entries()) {
    const step = stages[index]?.step ?? steps.at(-1);
    // What a command or a look brings may speak of errors as it likes.
    const isQuoted = step?.kind === 'command' || stages[index + 1]?.step === step;
    if (step !== undefined && failureIn(result, isQuoted)) return [said(failureWords(step, result.text))];
  }
  const next = stages[results.length];
  if (next === undefined) return [said(doneWords(steps, stages, results))];
  const call = next.planned.call(results.slice(next.offset).map((turn) => turn.text));
  // A step of several calls looks at what the first of them brought.
  const isAlone = ({ step }: Stage) => stages.filter((stage) => stage.step === step).length === 1;
  const alongside = ask.parallel && stages.every(isAlone) ? stages.slice(results.length + 1) : [];
  return [said(next.planned.announcement), call, ...alongside.map(({ planned }) => planned.call([]))];
}

const said = (text: string): Piece => ({ kind: 'text', text });

function failureWords(step: TaskStep, text: string): string {
  const shown = text.slice(0, 200);
  switch (step.kind) {
    case 'create':
    case 'edit':
      return `I could not ${step.kind} ${step.name}. The tool said: ${shown}`;
    case 'command':
      return `The command failed. The tool said: ${shown}`;
    default:
      return assertNever(step);
  }
}

function doneWords(steps: readonly TaskStep[], stages: readonly Stage[], results: readonly Turn[]): string {
  const sentences = steps.map((step) => {
    switch (step.kind) {
      case 'create':
        return `I created ${step.name} with the content you asked for.`;
      case 'edit':
        return `I edited ${step.name}: “${step.from}” is “${step.to}” now.`;
      case 'command': {
        // Fewer tools than results: somebody else's work is not ours to describe, the last result is.
        const at = stages.findIndex((stage) => stage.step === step);
        return `The command printed: ${printedIn((results[at] ?? results.at(-1))?.text ?? '')}`;
      }
      default:
        return assertNever(step);
    }
  });
  return `Done: ${sentences.join(' ')}`;
}

const cwdWords = [
  /<cwd>\s*([^<\s][^<]*?)\s*<\/cwd>/,
  /\b(?:primary |current )?working (?:in the )?directory(?: is)?:?\s*`?((?:\/|[A-Za-z]:\\)[^\n`<]*)/i,
  /\bcwd\b["']?\s*[:=]\s*["'`]?((?:\/|[A-Za-z]:\\)[^\n"'`<]*)/i,
];

/** The folder the client works in, from whatever its system prompt or environment block says. */
export function cwdIn(turns: readonly Turn[]): string | undefined {
  for (const words of cwdWords) {
    for (const turn of turns) {
      if (turn.role !== 'system' && turn.role !== 'user') continue;
      const folder = words.exec(turn.text)?.[1]?.trim();
      if (folder !== undefined && folder !== '') return folder.replace(/[.,;]$/, '');
    }
  }
  return undefined;
}
