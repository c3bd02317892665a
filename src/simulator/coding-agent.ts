/** A small coding agent: is asked for a file, calls the tool that writes it, looks at the result, says what came of it. */
import type { Ask, Piece, Turn } from './conversation.ts';
import { fileCall } from './file-call.ts';
import { readFileTask } from './file-task.ts';
import { humanTexts, resultsAfter } from './plain-prompt.ts';

/**
 * The agent's next step, or undefined where the conversation holds no task for it: nobody asked for a file, it is
 * done and something else was said since, or no tool can write.
 */
export function nextStep(ask: Ask): Piece | undefined {
  for (const { text, index } of humanTexts(ask.turns)) {
    const task = readFileTask(text);
    const results = resultsAfter(ask.turns, index);
    if (task === undefined) {
      // Results behind a text that is no task belong to that text; an older task is over then.
      if (results.length > 0 || ask.turns.slice(0, index).some((turn) => turn.role === 'tool')) return undefined;
      continue;
    }
    if (results.length === 0) return fileCall(task, ask.tools, cwdIn(ask.turns));
    const failed = results.findLast((turn) => isFailure(turn));
    if (failed !== undefined && failed === results.at(-1))
      return { kind: 'text', text: `I could not create ${task.name}. The tool said: ${failed.text.slice(0, 200)}` };
    return { kind: 'text', text: `Done: I created ${task.name} with the content you asked for.` };
  }
  return undefined;
}

/** Tools that cannot say "error" in a field say it in the text. */
function isFailure(turn: Turn): boolean {
  return (
    turn.isError === true ||
    /^\s*(?:<tool_use_error>|error\b|failed\b)|exit(?:ed with)? code:? [1-9]|"exit_code":\s*[1-9]|Script (?:failed|error)/i.test(
      turn.text,
    )
  );
}

const cwdWords = [
  /<cwd>\s*([^<\s][^<]*?)\s*<\/cwd>/,
  /\b(?:primary |current )?working directory(?: is)?:?\s*`?((?:\/|[A-Za-z]:\\)[^\n`<]*)/i,
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
