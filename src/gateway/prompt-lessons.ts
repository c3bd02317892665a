/** Learns from each answer's usage what prompts come to: for a model's count factor, and for the session's next prompt. */
import type { ProtocolId } from '../canonical/protocol-id.ts';
import type { TokenUsage } from '../canonical/token-usage.ts';
import type { EventBus } from '../observability/event-bus.ts';
import type { CountFactors } from '../tokens/count-factors.ts';
import type { TokenCounter } from '../tokens/token-counter.ts';
import { countBody } from './count-body.ts';
import type { ExchangePlan } from './plan-exchange.ts';
import { promptSize, type PromptSize } from './prompt-size.ts';
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
  /** Undefined where the next prompt of its kind cannot reach a dearer tier. */
  readonly size: PromptSize | undefined;
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
    const { modelId, notes, size, counted } = pending;
    if (size !== undefined) {
      const { turns, bytes } = size;
      notes.prompts = [...notes.prompts, { modelId, turns, bytes, tokens }].slice(-keptPrompts);
    }
    void counted?.then((count) => factors.learn(modelId, count, tokens));
  });

  /**
   * The worker costs 80 MB while it lives: it learns of callers who can ask for a count, and where the upstream has one,
   * only once somebody did.
   */
  const mayBeAsked = ({ protocol, plan }: SentPrompt) =>
    (protocol === 'anthropic-messages' || protocol === 'gemini') &&
    (isUsed() || !plan.model.endpoints.includes('/v1/messages'));

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
      const size = sizeNearTier(prompt);
      const counted = countFor(prompt);
      if (size === undefined && counted === undefined) return;
      open.set(exchangeId, { modelId: model.id, notes: prompt.notes, size, counted });
    },
  };
}

/** Of a prompt with fewer bytes than the tier has tokens nothing need be noted: far more must come before it is reached. */
function sizeNearTier({ plan, body }: SentPrompt): PromptSize | undefined {
  const threshold = plan.model.prices?.longAboveTokens;
  if (threshold === undefined || body.bytes.length < threshold) return undefined;
  const size = promptSize(body.view);
  return size.bytes < threshold ? undefined : size;
}

/** The whole prompt, cached or not; null where the upstream did not say. */
function promptTokens({ inputTokens, cacheReadTokens, cacheWriteTokens }: TokenUsage): number | null {
  if (inputTokens === null) return null;
  const tokens = inputTokens + (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0);
  return tokens > 0 ? tokens : null;
}
