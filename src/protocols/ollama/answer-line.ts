/** The lines of an answer as `/api/chat` and `/api/generate` write them. */
import type { JsonObject } from '../../canonical/json-value.ts';
import type { TokenUsage } from '../../canonical/token-usage.ts';
import { isoTime } from './iso-time.ts';

export type OllamaKind = 'chat' | 'generate';

/** What stands around a text in the form of each kind, and the empty text of a line that says something else. */
export const lineForms = {
  chat: {
    text: ['"message":{"role":"assistant","content":', '},"done":false'],
    thinking: ['"message":{"role":"assistant","content":"","thinking":', '},"done":false'],
    empty: '"message":{"role":"assistant","content":""}',
  },
  generate: {
    text: ['"response":', ',"done":false'],
    thinking: ['"response":"","thinking":', ',"done":false'],
    empty: '"response":""',
  },
} as const satisfies Readonly<Record<OllamaKind, object>>;

/** Each line says the model and when it was made; all lines of an answer say when that began. */
export function lineHead(model: string, createdAtS: number): string {
  return `{"model":${JSON.stringify(model)},"created_at":"${isoTime(createdAtS)}",`;
}

/** Durations are in nanoseconds; what the upstream does not tell of its own time is 0, and so are unknown counts. */
export function countsOf(usage: TokenUsage | null, tookMs: number): JsonObject {
  const prompt = (usage?.inputTokens ?? 0) + (usage?.cacheReadTokens ?? 0) + (usage?.cacheWriteTokens ?? 0);
  const cost = usage?.costNanoAiu ?? null;
  return {
    total_duration: Math.max(0, Math.round(tookMs * 1e6)),
    load_duration: 0,
    prompt_eval_count: prompt,
    prompt_eval_duration: 0,
    eval_count: usage?.outputTokens ?? 0,
    eval_duration: 0,
    ...(cost === null ? {} : { copilot_usage: { total_nano_aiu: cost } }),
  };
}
