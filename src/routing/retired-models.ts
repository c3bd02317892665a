/** Models that GitHub has retired, as announced: for the words of a refusal only, never to serve another one instead. */

export interface RetiredModel {
  /** Its last catalogue id. */
  readonly id: string;
  /** The day, `2026-09-01`. */
  readonly since: string;
}

/** The live catalogue comes first: what it lists is not retired, whatever stands here. */
export const retiredModels: readonly RetiredModel[] = [
  ...retired('2026-09-01', ['claude-opus-4.5', 'claude-opus-4.6', 'claude-sonnet-4.5', 'gemini-3.1-pro']),
  ...retired('2026-10-02', ['claude-opus-4.7', 'gemini-3.5-flash', 'gemini-3.6-flash', 'kimi-k2.7-code']),
  ...retired('2026-10-19', ['gpt-5.5', 'gpt-5.4', 'gpt-5.4-mini', 'gpt-5-mini', 'gemini-3.7-flash', 'grok-4.5']),
];

function retired(since: string, ids: readonly string[]): RetiredModel[] {
  return ids.map((id) => ({ id, since }));
}
