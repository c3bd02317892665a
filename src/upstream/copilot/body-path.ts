/** Paths as upstreams spell them, found in the body that they speak of. */
import { isObject } from '../../canonical/json-value.ts';
import type { Steps } from './leave-out.ts';

/** `tools.0.custom.strict`, `input[3].status`, `'reasoning.effort'`. */
export function segmentsOf(spelled: string): readonly string[] {
  return spelled.split(/[.[\]'"`]+/).filter((segment) => segment !== '');
}

/**
 * The steps that `segments` mean in `value`; undefined where there is no such place. Upstreams put the tag of a union
 * into their paths (`tools.0.custom.strict`, `messages.3.content.0.text.citations`): a segment that leads nowhere, and
 * one that the object's own `type` bears, may be such a tag.
 */
export function stepsIn(value: unknown, segments: readonly string[], tagSkipped = false): Steps | undefined {
  const [segment, ...rest] = segments;
  if (segment === undefined) return tagSkipped ? undefined : [];
  if (Array.isArray(value)) {
    if (!/^\d{1,6}$/.test(segment)) return undefined;
    const index = Number(segment);
    return index < value.length ? prefixed(index, stepsIn(value[index], rest)) : undefined;
  }
  if (!isObject(value)) return undefined;
  const found = Object.hasOwn(value, segment) ? prefixed(segment, stepsIn(value[segment], rest)) : undefined;
  return found ?? (tagSkipped ? undefined : stepsIn(value, rest, true));
}

function prefixed(step: string | number, steps: Steps | undefined): Steps | undefined {
  return steps === undefined ? undefined : [step, ...steps];
}

/** What stands at steps that were found in `value`. */
export function valueAt(value: unknown, steps: Steps): unknown {
  return steps.reduce<unknown>((at, step) => (at as Readonly<Record<string | number, unknown>>)[step], value);
}

/** With `*` for every index: what holds for one element holds for all. */
export function patternOf(steps: Steps): string {
  return steps.map((step) => (typeof step === 'number' ? '*' : step)).join('.');
}

/** Every place in `value` that a pattern means, with what stands there. */
export function placesOf(value: unknown, pattern: string): readonly (readonly [steps: Steps, value: unknown])[] {
  let places: (readonly [Steps, unknown])[] = [[[], value]];
  for (const segment of pattern.split('.')) {
    places = places.flatMap(([steps, at]): (readonly [Steps, unknown])[] => {
      if (segment === '*') return Array.isArray(at) ? at.map((element, index) => [[...steps, index], element]) : [];
      return isObject(at) && Object.hasOwn(at, segment) ? [[[...steps, segment], at[segment]]] : [];
    });
  }
  return places;
}
