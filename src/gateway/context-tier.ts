/** Keeps prompts out of a model's dearer price tier, unless the settings or the key allow it (`decisions.md` 40). */
import type { Caller } from '../canonical/caller.ts';
import type { JsonObject } from '../canonical/json-value.ts';
import type { ContextTier, Model } from '../canonical/model.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { resolveModel } from '../routing/resolve-model.ts';
import type { InferenceRoute } from './gateway.ts';
import { promptSize, type PromptPoint, type PromptSize, type TurnSize } from './prompt-size.ts';

export interface TierSettings {
  readonly contextTier: ContextTier;
  /** Names of models whose prompts may reach the dearer tier, whatever `contextTier` says. */
  readonly longContext: readonly string[];
}

export interface TierQuestion {
  readonly route: InferenceRoute;
  readonly model: Model;
  /** What this call is declared to be: a compaction says so, whoever asks for it. */
  readonly interaction: string | undefined;
  /** The caller's own request. */
  readonly view: JsonObject;
  readonly caller: Pick<Caller, 'contextTier'>;
  readonly models: readonly Model[];
  /** Of the session, as the upstream counted them. */
  readonly prompts: readonly PromptPoint[];
}

/** New text is taken for less than what the session's earlier text came to; text that is gone for a token a byte. */
const growthShare = 0.7;
/** Prose has a token for five bytes, much indented code one for seven. */
const mostGrowthPerByte = 0.15;
/** A prompt that outgrew the known one so far is another conversation. */
const mostGrowth = 2;
/** Thoughts of earlier turns may be in the known count and not in the next: so much of them at most. */
const thoughtTokensPerByte = 0.4;
/** Whatever it says, a prompt has more tokens than one for so many bytes. */
const mostBytesPerToken = 16;

/** Errors: `context_length_exceeded`, in the words on which clients compact. */
export function refuseDearerTier(settings: TierSettings, question: TierQuestion) {
  const { route, model, interaction, view } = question;
  const threshold = model.prices?.longAboveTokens;
  if (threshold === undefined || model.prices?.long === undefined || route.operation !== 'generate') return;
  if (tierFor(settings, question) === 'long') return;
  // What shortens a conversation is let through at its dearest.
  if (interaction === 'conversation-compaction') return;
  const tokens = leastTokens(promptSize(view), question.prompts, model.id);
  if (tokens <= threshold) return;
  const message =
    `prompt is too long: ${tokens} tokens > ${threshold} maximum. Above it GitHub bills the whole prompt of ${model.id} ` +
    'at a higher price, and "models.contextTier" is "default". To allow it, set "models": { "contextTier": "long" } ' +
    `(CROSSFEED_CONTEXT_TIER=long), or "longContext": ["${model.id}"] for this model, or give the key --context-tier long.`;
  throw new ProxyError('context_length_exceeded', message);
}

function tierFor({ contextTier, longContext }: TierSettings, { caller, models, model }: TierQuestion): ContextTier {
  const isLong = longContext.some((name) => {
    const answer = resolveModel(models, name);
    return answer.kind === 'found' && answer.resolution.model.id === model.id;
  });
  return isLong ? 'long' : (caller.contextTier ?? contextTier);
}

/** A bound from below: whoever stays within the tier by the upstream's own count is never refused. */
function leastTokens(size: PromptSize, prompts: readonly PromptPoint[], modelId: string): number {
  const least = Math.ceil(size.bytes / mostBytesPerToken);
  const known = nearest(size, prompts, modelId);
  if (known === undefined || size.bytes > known.bytes * mostGrowth) return least;
  const ratio = known.tokens / known.bytes;
  const { gone, added } = changes(known.turns, size.turns);
  const more = added * Math.min(mostGrowthPerByte, ratio * growthShare);
  return Math.max(least, Math.floor(known.tokens + more - gone - size.reasoningBytes * thoughtTokensPerByte));
}

/** Bytes that went and that came: a turn that is another one than at its place before went whole, and came whole. */
function changes(
  before: readonly TurnSize[],
  now: readonly TurnSize[],
): { readonly gone: number; readonly added: number } {
  let gone = 0;
  let added = 0;
  for (let turn = 0; turn < Math.max(before.length, now.length); turn += 1) {
    const old = before[turn];
    const fresh = now[turn];
    if (old?.print === fresh?.print && old?.bytes === fresh?.bytes) continue;
    gone += old?.bytes ?? 0;
    added += fresh?.bytes ?? 0;
  }
  return { gone, added };
}

/** Sub-agents and titles share their client's session: the prompt of the nearest size is the one that went on. */
function nearest({ bytes }: PromptSize, prompts: readonly PromptPoint[], modelId: string): PromptPoint | undefined {
  let best: PromptPoint | undefined;
  for (const point of prompts) {
    if (point.modelId !== modelId || point.bytes === 0) continue;
    if (best === undefined || Math.abs(point.bytes - bytes) <= Math.abs(best.bytes - bytes)) best = point;
  }
  return best;
}
