/** The port of the second listener: a number, or a word for the one that Ollama's tools know. */
import type { Field } from './field.ts';

const usualPort = 11_434;

/** No listener has a port below these by chance: `1` is how the other switches are switched on. */
const words: ReadonlyMap<unknown, number | null> = new Map<unknown, number | null>([
  [true, usualPort],
  ['true', usualPort],
  ['1', usualPort],
  ['false', null],
  ['null', null],
  [null, null],
]);

export function ollamaPort(description: string): Field<number | null> {
  return {
    description,
    allowed: 'an integer from 0 to 65535, true for 11434, or null for none',
    parse(input) {
      const word = words.get(input);
      if (word !== undefined) return { ok: true, value: word };
      const value = typeof input === 'string' && /^\d{1,6}$/.test(input) ? Number(input) : input;
      return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535
        ? { ok: true, value }
        : { ok: false, problem: `${JSON.stringify(input)} is no port` };
    },
  };
}
