/** What to send instead of a request that the upstream refused for its form: once, and only what it surely did not work on. */
import { isObject, type JsonObject } from '../canonical/json-value.ts';
import type { ProxyError } from '../errors/proxy-error.ts';
import { parseLatin1Json } from '../framing/latin1-json.ts';
import { imagesOf, isTooLarge } from '../upstream/copilot/images.ts';
import { readLessons } from '../upstream/copilot/learnable-refusal.ts';
import type { Lesson } from '../upstream/copilot/learned-rule.ts';
import type { LearnedRules } from '../upstream/copilot/learned-rules.ts';
import { isReasoningRefusal, openTurn, sealedThoughts } from '../upstream/copilot/sealed-reasoning.ts';
import { betasOf, correctPlan, note, type Corrections } from './correct-plan.ts';
import type { ExchangePlan } from './plan-exchange.ts';
import type { SessionNotes } from './session-memory.ts';

export interface MendOptions {
  /** As it was planned, before any correction. */
  readonly base: ExchangePlan;
  readonly corrections: Corrections;
  /** What `corrections` were read from, to be written when the mended request was taken. */
  readonly notes: SessionNotes;
  readonly learned: LearnedRules;
}

export interface Mend {
  readonly plan: ExchangePlan;
  /** The mended request was taken: what was changed holds from now on. */
  keep(): void;
  /** It was refused as well; what proved right all the same is kept. */
  refused(error: ProxyError): void;
}

/** Null where the refusal is the caller's to see. `refused` is the plan that went up. */
export function mendPlan(error: ProxyError, refused: ExchangePlan, options: MendOptions): Mend | null {
  const { upstreamStatus } = error;
  if (upstreamStatus !== 400 && upstreamStatus !== 413 && upstreamStatus !== 422) return null;
  if (refused.path === '/embeddings') return null;
  const body = parseLatin1Json(refused.body.toString('latin1'));
  if (!isObject(body)) return null;
  if (isTooLarge(error)) return withFewerImages(refused, body, options);
  return (
    (isReasoningRefusal(error) ? withoutSeals(refused, body, options) : null) ??
    withLessons(error, refused, body, options)
  );
}

/** Older images first; where all are new, or the older ones are gone already, all of them. */
function withFewerImages(refused: ExchangePlan, body: JsonObject, options: MendOptions): Mend | null {
  const images = imagesOf(refused.path, body);
  const older = images.filter(({ isNew }) => !isNew);
  const ids = (older.length > 0 ? older : images).map(({ id }) => id);
  const { corrections, notes } = options;
  const imagePlaceholders = new Set([...corrections.notes.imagePlaceholders, ...ids]);
  return mendWith(
    refused,
    options,
    { ...corrections, notes: { ...corrections.notes, imagePlaceholders } },
    {
      keep: () => note(notes.imagePlaceholders, ids),
      // Still too large: the client's next try begins without these, and loses the new ones as well.
      refused: (again) => (isTooLarge(again) ? note(notes.imagePlaceholders, ids) : undefined),
    },
  );
}

function withoutSeals(refused: ExchangePlan, body: JsonObject, options: MendOptions): Mend | null {
  const ids = sealedThoughts(refused.path, body).map(({ id }) => id);
  const turn = openTurn(refused.path, body);
  if (turn !== undefined) ids.push(turn);
  const { corrections, notes } = options;
  const withoutThinking = new Set([...corrections.notes.withoutThinking, ...ids]);
  return mendWith(
    refused,
    options,
    { ...corrections, notes: { ...corrections.notes, withoutThinking } },
    {
      keep: () => note(notes.withoutThinking, ids),
      refused: () => undefined,
    },
  );
}

function withLessons(error: ProxyError, refused: ExchangePlan, body: JsonObject, options: MendOptions): Mend | null {
  const { corrections, learned, base } = options;
  if (!learned.enabled || error.code !== 'invalid_request') return null;
  const lessonsOf = (again: ProxyError, plan: ExchangePlan, sent: JsonObject, known: readonly Lesson[]) =>
    readLessons(again, {
      path: plan.path,
      body: sent,
      betas: betasOf(plan),
      lessons: known,
      isFutile: (lesson) => learned.isFutile(base.path, base.model.id, lesson),
    });
  const lessons = lessonsOf(error, refused, body, corrections.lessons);
  if (lessons.length === 0) return null;
  const keep = () => learned.learn(base.path, base.model.id, lessons);
  const all = [...corrections.lessons, ...lessons];
  const mend = mendWith(refused, options, { ...corrections, lessons: all }, { keep, refused: () => undefined });
  if (mend === null) return null;
  return {
    ...mend,
    refused(again) {
      if (again.code !== 'invalid_request') return;
      if (again.message === error.message) return learned.gaveUpOn(base.path, base.model.id, lessons);
      const sent = parseLatin1Json(mend.plan.body.toString('latin1'));
      const next = isObject(sent) ? lessonsOf(again, mend.plan, sent, all) : [];
      // The complaint moved on to another place: the first one was mended, and the next request learns the second.
      const moved = next.length > 0 && next.every(({ path }) => lessons.every((lesson) => lesson.path !== path));
      if (moved) keep();
    },
  };
}

/** Null where nothing would change: the same request again would be a guess. */
function mendWith(
  refused: ExchangePlan,
  { base }: MendOptions,
  corrections: Corrections,
  outcome: Pick<Mend, 'keep' | 'refused'>,
): Mend | null {
  const plan = correctPlan(base, corrections);
  const same = plan.body.equals(refused.body) && plan.headers['anthropic-beta'] === refused.headers['anthropic-beta'];
  return same ? null : { plan, ...outcome };
}
