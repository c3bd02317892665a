/** What models were found to refuse, remembered for some days and told to the next plan before anything is sent. */
import { createHash } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { objectOf, parseJson } from '../../canonical/json-value.ts';
import type { UpstreamPath } from '../upstream.ts';
import type { Memory } from './api-versions.ts';
import type { LearnedRule, Lesson } from './learned-rule.ts';

export interface LearnedRules {
  /** Whether anything is learned at all. */
  readonly enabled: boolean;
  of(path: UpstreamPath, modelId: string): readonly LearnedRule[];
  /** The lessons helped: they hold from now on. */
  learn(path: UpstreamPath, modelId: string, lessons: readonly Lesson[]): void;
  /** The upstream said the same of a request without them: for an hour nobody tries that again. */
  gaveUpOn(path: UpstreamPath, modelId: string, lessons: readonly Lesson[]): void;
  /** Whether it is known not to help. */
  isFutile(path: UpstreamPath, modelId: string, lesson: Lesson): boolean;
  all(): readonly LearnedRule[];
  /** Forgets one rule by its id, or all without one; those that were forgotten. */
  forget(id?: string): readonly LearnedRule[];
}

export interface LearnedRulesOptions {
  readonly memory: Memory | undefined;
  readonly clock: Pick<Clock, 'now'>;
  /** How long a rule holds; 0 learns nothing. */
  readonly days: number;
  readonly onLearned?: (rule: LearnedRule) => void;
}

const fact = 'learned-rules';
const dayMs = 24 * 60 * 60 * 1000;
/** Far more than any upstream refuses; the oldest goes first. */
const mostRules = 200;
/** Rules move; a client that tries again all day must not make every call two. */
const futileMs = 60 * 60 * 1000;

export function createLearnedRules({ memory, clock, days, onLearned }: LearnedRulesOptions): LearnedRules {
  let rules = remembered(memory?.get(fact));
  /** By the lesson's id, with the time of the last such refusal; the oldest first. */
  const futile = new Map<string, number>();

  /** A clock that was set back must not make a rule last. */
  const holds = ({ learnedAt }: LearnedRule, now: number) => Math.abs(now - learnedAt) < days * dayMs;

  function current(): readonly LearnedRule[] {
    const now = clock.now();
    if (rules.some((rule) => !holds(rule, now))) keep(rules.filter((rule) => holds(rule, now)));
    return rules;
  }

  function keep(next: readonly LearnedRule[]) {
    rules = next.slice(-mostRules);
    memory?.set(fact, rules.length === 0 ? '' : JSON.stringify(rules));
  }

  return {
    enabled: days > 0,
    of: (path, modelId) =>
      rules.length === 0 ? rules : current().filter((rule) => rule.endpoint === path && rule.modelId === modelId),
    learn(path, modelId, lessons) {
      const learned = lessons.map((lesson): LearnedRule => ({
        ...lesson,
        id: idOf(path, modelId, lesson),
        endpoint: path,
        modelId,
        learnedAt: clock.now(),
      }));
      keep([...current().filter(({ id }) => !learned.some((rule) => rule.id === id)), ...learned]);
      for (const rule of learned) onLearned?.(rule);
    },
    gaveUpOn(path, modelId, lessons) {
      for (const lesson of lessons) {
        const id = idOf(path, modelId, lesson);
        futile.delete(id);
        futile.set(id, clock.now());
      }
      for (const id of futile.keys()) {
        if (futile.size <= mostRules) return;
        futile.delete(id);
      }
    },
    isFutile(path, modelId, lesson) {
      const atMs = futile.get(idOf(path, modelId, lesson));
      return atMs !== undefined && Math.abs(clock.now() - atMs) < futileMs;
    },
    all: current,
    forget(id) {
      if (id === undefined) futile.clear();
      const gone = current().filter((rule) => id === undefined || rule.id === id);
      if (gone.length > 0) keep(rules.filter((rule) => !gone.includes(rule)));
      return gone;
    },
  };
}

function idOf(path: UpstreamPath, modelId: string, { kind, path: place, value }: Lesson): string {
  return createHash('sha256').update([path, modelId, kind, place, value].join('\0')).digest('hex').slice(0, 8);
}

const kinds: ReadonlySet<unknown> = new Set([
  'field',
  'value',
  'rename',
  'beta',
  'needs-beta',
] satisfies Lesson['kind'][]);

/** Another version may have written it: what is not whole is forgotten. */
function remembered(stored: string | undefined): readonly LearnedRule[] {
  const list = parseJson(stored ?? '');
  return Array.isArray(list) ? list.filter(isRule) : [];
}

function isRule(value: unknown): value is LearnedRule {
  const rule = objectOf(value);
  const texts = ['id', 'endpoint', 'modelId', 'path', 'value', 'words'];
  return (
    kinds.has(rule['kind']) &&
    typeof rule['learnedAt'] === 'number' &&
    texts.every((key) => typeof rule[key] === 'string')
  );
}
