/** Watches each conversation's prompt cache: cuts what went up, compares it with what was there, and says what was lost and why. */
import type { Clock } from '../../base/clock.ts';
import type { CacheBreak, CacheCause, CacheFinding } from '../../canonical/cache-finding.ts';
import type { Model } from '../../canonical/model.ts';
import type { Endpoint } from '../../canonical/protocol-id.ts';
import type { Lane } from '../../canonical/request-edit.ts';
import type { TokenUsage } from '../../canonical/token-usage.ts';
import type { EventBus } from '../../observability/event-bus.ts';
import { cacheTerms, type CacheTerms } from '../cache-terms.ts';
import { excerpts } from './cache-break.ts';
import { weightOf, type PromptChange } from './compare-prompts.ts';
import { cutBody, type CutPart } from './cut-body.ts';
import type { PromptBlock } from './cut-prompt.ts';
import { cachedPrompt, judgeCache, type JudgedCall } from './judge-cache.ts';
import { createPromptMemory, fitTexts, withShared, type FoundLine, type PromptMemoryLimits } from './prompt-memory.ts';

/** What went up, with whose it is. */
export interface SentCall {
  readonly session: string;
  readonly keyId: string;
  readonly plan: {
    readonly model: Model;
    readonly endpoint: Endpoint;
    readonly lane: Lane;
    readonly body: Buffer;
    readonly headers: Readonly<Record<string, string>>;
  };
}

export interface CacheDesk {
  /** A generation went up. It is looked at a little later, or when its usage comes, so that the call itself never waits. */
  sent(exchangeId: string, call: SentCall): void;
  /** The breaks of a session, by the whole id, the latest first. */
  sessionBreaks(session: string): readonly CacheBreak[];
  /** How often each cause was found since the start. */
  causes(): Readonly<Record<CacheCause, number>>;
}

export interface CacheDeskOptions {
  readonly events: EventBus;
  readonly clock: Clock;
  /** Hears of each broken block of a session once. */
  readonly onBreak: (session: string, broken: CacheBreak) => void;
  readonly memory?: PromptMemoryLimits;
  /** While the model thinks, which takes longer; tests hand in their own. */
  readonly later?: (look: () => void) => void;
}

interface Looked {
  readonly session: string;
  readonly blocks: readonly PromptBlock[];
  readonly parts: readonly CutPart[];
  readonly model: Model;
  readonly earlier: FoundLine | undefined;
  /** What of the first block that changed is shown, should it matter. */
  readonly shown: (Pick<CacheBreak, 'before' | 'after'> & Pick<PromptChange, 'kind'>) | null;
  readonly judged: Omit<JudgedCall, 'usage'>;
}

interface Pending {
  /** Undefined once it has looked. */
  call: SentCall | undefined;
  looked: Looked | undefined;
  readonly sentAt: number;
  readonly sentMs: number;
}

/** A long history takes milliseconds to look at: no answer begins so early, and other calls of that moment are up by then. */
const lookAfterMs = 50;
/** Bodies that are larger are images, of which the cache knows more than we. */
const maxBodyBytes = 16 * 1024 * 1024;
const maxBreaks = 20;

export function createCacheDesk(options: CacheDeskOptions): CacheDesk {
  const { events, clock, onBreak, later = (look) => void clock.after(lookAfterMs, look) } = options;
  const memory = createPromptMemory(options.memory);
  const open = new Map<string, Pending>();
  const counts: Record<CacheCause, number> = {
    first: 0,
    changed: 0,
    cold: 0,
    compaction: 0,
    'model-switch': 0,
    moved: 0,
    backend: 0,
  };

  events.subscribe((event) => {
    if (event.type === 'usage') onUsage(event.id, event.usage);
    else if (event.type === 'ended') open.delete(event.id);
  });

  function look(pending: Pending): Looked | undefined {
    const { call, sentAt, sentMs } = pending;
    if (call === undefined) return pending.looked;
    pending.call = undefined;
    const { session, keyId, plan } = call;
    const { model, endpoint, lane, body, headers } = plan;
    const cut = cutBody(endpoint, body, memory.parts(session, endpoint));
    if (cut === undefined) return undefined;
    const prompts = memory.of(session, keyId);
    const { parts } = cut;
    const earlier = memory.find(session, model.id, cut.blocks);
    const blocks = earlier === undefined ? cut.blocks : withShared(cut.blocks, earlier.line.blocks);
    const terms: CacheTerms = cacheTerms(model, body);
    const change = earlier?.comparison.change ?? null;
    const shown = change === null ? null : { kind: change.kind, ...excerpts(change) };
    // A stream may run for minutes.
    fitTexts(blocks);
    pending.looked = {
      session,
      blocks,
      parts,
      model,
      earlier,
      shown,
      judged: {
        model,
        terms,
        endpoint,
        isTranslated: lane === 'translated',
        weight: weightOf(blocks),
        sentAt,
        sentMs,
        earlier: earlier === undefined ? null : { prompt: earlier.line.prompt, comparison: earlier.comparison },
        isSwitched: earlier === undefined && memory.wasElsewhere(session, model.id, blocks),
        isCompacted: earlier !== undefined && prompts.compactedAt >= earlier.line.prompt.sentAt,
      },
    };
    // The call that writes the summary still has the whole history; the next one has not.
    if (headers['x-interaction-type'] === 'conversation-compaction') prompts.compactedAt = sentAt;
    return pending.looked;
  }

  function onUsage(exchangeId: string, usage: TokenUsage) {
    const pending = open.get(exchangeId);
    const looked = pending && look(pending);
    if (looked === undefined) return;
    open.delete(exchangeId);
    const { session, blocks, parts, model, earlier } = looked;
    const judged: JudgedCall = { ...looked.judged, usage };
    const finding = judgeCache(judged);
    const prompt = cachedPrompt(judged, finding);
    if (prompt !== null) memory.keep(session, { modelId: model.id, blocks, parts, prompt }, earlier?.line);
    if (finding === null) return;
    counts[finding.cause] += 1;
    events.publish({ type: 'cache', id: exchangeId, at: clock.now(), finding });
    if (finding.alarm) note(exchangeId, finding, looked);
  }

  function note(
    exchangeId: string,
    { cause, block, lostTokens, costNanoAiu }: CacheFinding,
    { session, model: { id: model }, shown }: Looked,
  ) {
    const prompts = memory.look(session);
    if (prompts === undefined || (cause !== 'changed' && cause !== 'backend')) return;
    const isChanged = cause === 'changed';
    const known = prompts.breaks.find((one) => one.block === block && one.model === model);
    const broken: CacheBreak = {
      at: clock.now(),
      exchangeId,
      model,
      cause,
      block,
      change: (isChanged && shown?.kind) || null,
      before: (isChanged && shown?.before) || null,
      after: (isChanged && shown?.after) || null,
      count: (known?.count ?? 0) + 1,
      lostTokens: (known?.lostTokens ?? 0) + lostTokens,
      costNanoAiu: known?.costNanoAiu == null ? costNanoAiu : known.costNanoAiu + (costNanoAiu ?? 0),
    };
    prompts.breaks = [broken, ...prompts.breaks.filter((one) => one !== known)].slice(0, maxBreaks);
    if (known === undefined) onBreak(session, broken);
  }

  return {
    sent(exchangeId, call) {
      if (call.plan.endpoint === '/embeddings' || call.plan.body.length > maxBodyBytes) return;
      const pending: Pending = { call, looked: undefined, sentAt: clock.now(), sentMs: clock.monotonic() };
      open.set(exchangeId, pending);
      later(() => {
        // What ended meanwhile is not worth the work.
        if (open.get(exchangeId) === pending) look(pending);
      });
    },
    sessionBreaks: (session) => memory.look(session)?.breaks ?? [],
    causes: () => ({ ...counts }),
  };
}
