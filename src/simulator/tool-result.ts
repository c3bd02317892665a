/** Reads what clients give back for a call: whether it failed, and what a command printed. */
import type { Turn } from './conversation.ts';

const declaredFailure =
  /^\s*<tool_use_error>|exit(?:ed with)?(?: exit)? code:? [1-9]|"exit_code":\s*[1-9]|Script (?:failed|error)/i;

/** Tools that cannot say "error" in a field say it in the text; where the text is quoted matter, only a code counts. */
export function failureIn(turn: Turn, isQuoted: boolean): boolean {
  if (turn.isError === true || declaredFailure.test(turn.text)) return true;
  return !isQuoted && /^\s*(?:error|failed)\b/i.test(turn.text);
}

/** Without what the client puts around it: Codex's heading, the Copilot CLI's exit note, reminders. */
export function printedIn(text: string): string {
  const body = text.replaceAll(/<system-reminder>[\s\S]*?<\/system-reminder>/g, '');
  const heading = /(?:^|\n)Output:\n/.exec(body);
  const printed = heading === null ? body : body.slice(heading.index + heading[0].length);
  return printed
    .replace(/<[^<>\n]*exit code[^<>\n]*>\s*$/, '')
    .trim()
    .slice(0, 400);
}
