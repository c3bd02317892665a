/** The latest figures of calls, by whatever a caller names them: learned from usage, kept over a restart. */
import type { Clock } from '../base/clock.ts';
import { objectOf, parseJson } from '../canonical/json-value.ts';
import type { FactMemory } from './count-factors.ts';

export interface CallFigures {
  /** The latest figures of that name, oldest first; empty where there are none. Not to be kept: `add` changes the list. */
  of(name: string): readonly number[];
  /** Not negative. Written to the memory a little later, with company. */
  add(name: string, figure: number): void;
}

const fact = 'call-figures';
const keptFigures = 24;
/** Some 60 models in a few protocols, each with its kinds of calls. */
const maxNames = 400;
const writtenAfterMs = 1_000;

export function createCallFigures(memory: FactMemory | undefined, clock: Pick<Clock, 'after'>): CallFigures {
  const figuresOf = remembered(memory?.get(fact));
  let isDue = false;

  function writeLater() {
    if (isDue || memory === undefined) return;
    isDue = true;
    clock.after(writtenAfterMs, () => {
      isDue = false;
      memory.set(fact, JSON.stringify(Object.fromEntries(figuresOf)));
    });
  }

  return {
    of: (name) => figuresOf.get(name) ?? [],
    add(name, figure) {
      if (!isFigure(figure)) return;
      const figures = figuresOf.get(name) ?? [];
      figures.push(Number(figure.toPrecision(4)));
      if (figures.length > keptFigures) figures.shift();
      // Set anew, so that what was used least lately is the first to go.
      figuresOf.delete(name);
      figuresOf.set(name, figures);
      for (const [oldest] of figuresOf) {
        if (figuresOf.size <= maxNames) break;
        figuresOf.delete(oldest);
      }
      writeLater();
    },
  };
}

/** Numbers sort by themselves in it, and every call asks several times. */
let scratch = new Float64Array(64);

/** The figure that a share of the others does not exceed; undefined of none. 0.5 is the middle one. */
export function quantile(figures: readonly number[], share: number): number | undefined {
  if (figures.length > scratch.length) scratch = new Float64Array(figures.length);
  scratch.set(figures);
  const sorted = scratch.subarray(0, figures.length).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** Another version may have written it: what is no figure is forgotten. */
function remembered(stored: string | undefined): Map<string, number[]> {
  const entries = Object.entries(objectOf(parseJson(stored ?? ''))).slice(-maxNames);
  return new Map(
    entries.flatMap(([name, list]): [string, number[]][] => {
      const figures = Array.isArray(list) ? list.filter(isFigure).slice(-keptFigures) : [];
      return figures.length === 0 ? [] : [[name, figures]];
    }),
  );
}

function isFigure(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
