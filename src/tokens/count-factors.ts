/** How many tokens a model's own tokenizer makes of one of ours: learned from what the upstream reports. */
import { objectOf, parseJson } from '../canonical/json-value.ts';
import { isClaude, type Model } from '../canonical/model.ts';

export interface CountFactors {
  /** The factor for a prompt that we count as `counted`: the middle of what was learned, else a guess by vendor. */
  of(model: Pick<Model, 'id' | 'vendor' | 'endpoints'>, counted: number): number;
  /** Whether another call of that model is worth counting: all at first, then some. */
  wants(modelId: string): boolean;
  /** The upstream reported `reported` tokens for what we count as `counted`. */
  learn(modelId: string, counted: number, reported: number): void;
}

export interface FactMemory {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
}

/** What one prompt taught: our count of it, and how many tokens the upstream made of each of ours. */
type Lesson = readonly [counted: number, ratio: number];

const fact = 'token-factors';
/** Odd, so that one of them is the middle one. */
const keptLessons = 21;
/** Of the lessons those of a similar size: frames and tools weigh more in a short prompt than in a long one. */
const askedLessons = 5;
const maxModels = 200;
/** So few tokens are mostly the frame around them. */
const leastCounted = 32;
const lowest = 0.2;
const highest = 5;
/** Claude's tokenizers make more of the same text; a tenth and a half was found to be too little. */
const claudeGuess = 1.3;
/** Once the lessons are full, one call of so many is counted. */
const countedEvery = 16;
/** The same where so many calls taught less than that: their reports make no sense. */
const mostTries = 2 * keptLessons;
/** Lessons that came since the last writing. */
const writtenEvery = 5;

export function createCountFactors(memory: FactMemory | undefined): CountFactors {
  const lessonsOf = remembered(memory?.get(fact));
  const callsOf = new Map<string, number>();
  const triesOf = new Map<string, number>();
  let unwritten = 0;

  return {
    of(model, counted) {
      const lessons = lessonsOf.get(model.id);
      if (lessons !== undefined) return middleOf(lessons, counted);
      return isClaude(model) ? claudeGuess : 1;
    },
    wants(modelId) {
      const tries = (triesOf.get(modelId) ?? 0) + 1;
      if (tries <= mostTries && (lessonsOf.get(modelId)?.length ?? 0) < keptLessons) {
        triesOf.set(modelId, tries);
        return true;
      }
      const calls = (callsOf.get(modelId) ?? 0) + 1;
      callsOf.set(modelId, calls % countedEvery);
      return calls === countedEvery;
    },
    learn(modelId, counted, reported) {
      const ratio = reported / counted;
      if (counted < leastCounted || !(ratio >= lowest && ratio <= highest)) return;
      const before = lessonsOf.get(modelId) ?? [];
      // Set anew, so that the model that was used least lately is the first to go.
      lessonsOf.delete(modelId);
      lessonsOf.set(modelId, [...before, [counted, Math.round(ratio * 1e4) / 1e4] as const].slice(-keptLessons));
      for (const [oldest] of lessonsOf) {
        if (lessonsOf.size <= maxModels) break;
        lessonsOf.delete(oldest);
        callsOf.delete(oldest);
        triesOf.delete(oldest);
      }
      unwritten += 1;
      if (before.length > 0 && unwritten < writtenEvery) return;
      unwritten = 0;
      memory?.set(fact, JSON.stringify(Object.fromEntries(lessonsOf)));
    },
  };
}

/** The middle ratio of those prompts whose size is nearest: one wild report changes nothing. */
function middleOf(lessons: readonly Lesson[], counted: number): number {
  const distance = ([size]: Lesson) => Math.abs(Math.log(size / Math.max(1, counted)));
  const ratios = lessons
    .toSorted((a, b) => distance(a) - distance(b))
    .slice(0, askedLessons)
    .map(([, ratio]) => ratio)
    .toSorted((a, b) => a - b);
  return ratios[Math.floor(ratios.length / 2)] ?? 1;
}

/** Another version may have written it: what is not whole is forgotten. */
function remembered(stored: string | undefined): Map<string, readonly Lesson[]> {
  const lessonsOf = new Map<string, readonly Lesson[]>();
  for (const [id, list] of Object.entries(objectOf(parseJson(stored ?? ''))).slice(0, maxModels)) {
    const lessons = Array.isArray(list) ? list.filter(isLesson).slice(-keptLessons) : [];
    if (lessons.length > 0) lessonsOf.set(id, lessons);
  }
  return lessonsOf;
}

function isLesson(value: unknown): value is Lesson {
  if (!Array.isArray(value)) return false;
  const [counted, ratio]: readonly unknown[] = value;
  return (
    typeof counted === 'number' &&
    counted >= leastCounted &&
    typeof ratio === 'number' &&
    ratio >= lowest &&
    ratio <= highest
  );
}
