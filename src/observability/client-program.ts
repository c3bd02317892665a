/** Which program a user agent names. */

/** By what stands at its head; anything else is called by its product. */
const programs: readonly (readonly [pattern: RegExp, program: string])[] = [
  [/^claude-cli\//, 'claude-code'],
  [/^codex[_-]/, 'codex'],
  [/^opencode\//, 'opencode'],
  [/^gemini-?cli/i, 'gemini-cli'],
  [/^qwen-?code/i, 'qwen-code'],
  [/^copilot(?:-cli)?\//i, 'copilot'],
];

/** `claude-cli/2.1 (external)` is `claude-code`; `Aider/0.9 …` is `aider`; empty where nothing is named. */
export function clientProgram(userAgent: string): string {
  const known = programs.find(([pattern]) => pattern.test(userAgent));
  if (known !== undefined) return known[1];
  return (/^[\w.@-]+/.exec(userAgent)?.[0] ?? '').toLowerCase().slice(0, 40);
}
