/** Learns from each answer's usage what prompts come to: for a model's count factor, and for the session's next prompt. */
import type { ProtocolId } from '../canonical/protocol-id.ts';
import type { TokenUsage } from '../canonical/token-usage.ts';
import type { EventBus } from '../observability/event-bus.ts';
import type { CountFactors } from '../tokens/count-factors.ts';
import type { TokenCounter } from '../tokens/token-counter.ts';
import { countBody } from './count-body.ts';
import type { ExchangePlan } from './plan-exchange.ts';
import { promptSize } from './prompt-size.ts';
import type { RequestBody } from './request-body.ts';
import type { SessionNotes } from './session-memory.ts';

/** Our own counting, and what was learned of it. */
export interface Counts {
  readonly counter: TokenCounter;
  readonly factors: CountFactors;
}

export interface SentPrompt {
  readonly protocol: ProtocolId;
  /** What the caller said; it is let go of at once. */
  readonly body: RequestBody;
  readonly plan: Pick<ExchangePlan, 'model' | 'prunedTools'>;
  readonly notes: SessionNotes;
}

export interface PromptLessons {
  /** A generation begins; its usage comes as an event. */
  sent(exchangeId: string, prompt: SentPrompt): void;
}

interface Pending {
  readonly modelId: string;
  readonly notes: SessionNotes;
  /** Null where the model has one price tier. */
  readonly bytes: number | null;
  readonly counted: Promise<number> | undefined;
}

/** A count that nobody waits for is not worth more work. */
const maxLearnedBytes = 1024 * 1024;
/** Main line, sub-agents, titles. */
const keptPrompts = 8;

export function createPromptLessons(
  { counter, factors }: Counts,
  events: EventBus,
  isUsed: () => boolean,
): PromptLessons {
  const open = new Map<string, Pending>();

  events.subscribe((event) => {
    if (event.type === 'ended') open.delete(event.id);
    if (event.type !== 'usage') return;
    const pending = open.get(event.id);
    const tokens = promptTokens(event.usage);
    if (pending === undefined || tokens === null) return;
    const { modelId, notes, bytes, counted } = pending;
    if (bytes !== null) notes.prompts = [...notes.prompts, { modelId, bytes, tokens }].slice(-keptPrompts);
    void counted?.then((count) => factors.learn(modelId, count, tokens));
  });

  /**
   * The worker costs 80 MB while it lives: it learns of callers who can ask for a count, and where the upstream has one,
   * only once somebody did.
   */
  const mayBeAsked = ({ protocol, plan }: SentPrompt) =>
    protocol === 'anthropic-messages' && (isUsed() || !plan.model.endpoints.includes('/v1/messages'));

  function countFor(prompt: SentPrompt): Promise<number> | undefined {
    const { protocol, body, plan } = prompt;
    if (!mayBeAsked(prompt)) return undefined;
    if (body.bytes.length > maxLearnedBytes || plan.prunedTools !== undefined) return undefined;
    if (!counter.hasRoom || !factors.wants(plan.model.id)) return undefined;
    try {
      const { hasMedia, tokens } = countBody(counter, protocol, body, plan.model);
      return hasMedia ? undefined : tokens();
    } catch {
      // What the upstream took and we cannot read teaches nothing.
      return undefined;
    }
  }

  return {
    sent(exchangeId, prompt) {
      const { model } = prompt.plan;
      const bytes = model.prices?.longAboveTokens === undefined ? null : promptSize(prompt.body.view).bytes;
      const counted = countFor(prompt);
      if (bytes === null && counted === undefined) return;
      open.set(exchangeId, { modelId: model.id, notes: prompt.notes, bytes, counted });
    },
  };
}

/** The whole prompt, cached or not; null where the upstream did not say. */
function promptTokens({ inputTokens, cacheReadTokens, cacheWriteTokens }: TokenUsage): number | null {
  if (inputTokens === null) return null;
  const tokens = inputTokens + (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0);
  return tokens > 0 ? tokens : null;
}
