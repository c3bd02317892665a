/** Finds what a person said among what a coding tool wraps around it. */
import type { Turn } from './conversation.ts';

/** Blocks that Claude Code, Codex, the Copilot CLI and Kilo Code put into user messages on their own account. */
const wrapped = [
  'system-reminder',
  'environment_context',
  'user_instructions',
  'permissions instructions',
  'INSTRUCTIONS',
  'context',
  'local-command-stdout',
  'local-command-caveat',
  'current_datetime',
  'environment_details',
];

/** What a client heads the images of a tool result with, where a tool message can hold only text. */
const resultNote = /\[content of tool result [^\]]*\]/g;

export const isResultNote = (text: string) => text.replaceAll(resultNote, '').trim() === '' && text.trim() !== '';

/** The text without its wrapped blocks and without an AGENTS.md preamble, trimmed; '' if nobody human spoke. */
export function withoutReminders(text: string): string {
  let rest = text;
  for (const tag of wrapped)
    rest = rest.replaceAll(new RegExp(`<${tag}>[\\s\\S]*?</${tag.split(' ')[0]}[^>]*>`, 'g'), '');
  rest = rest.replaceAll(resultNote, '').trim();
  return /^# (AGENTS|CLAUDE)\.md instructions/i.test(rest) ? '' : rest;
}

/** What people said, newest first, with the place in the conversation where each stands. */
export function humanTexts(turns: readonly Turn[]): readonly { readonly text: string; readonly index: number }[] {
  const texts: { text: string; index: number }[] = [];
  for (const [index, turn] of turns.entries()) {
    if (turn.role !== 'user') continue;
    const text = withoutReminders(turn.text);
    if (text !== '') texts.unshift({ text, index });
  }
  return texts;
}

/** The results that came back after that place. */
export function resultsAfter(turns: readonly Turn[], index: number): readonly Turn[] {
  return turns.slice(index + 1).filter((turn) => turn.role === 'tool');
}
