/** The kinds of settings: how a value given as JSON or as text is read, and what is allowed, in words. */
import { parseUpstreamUrl, urlAllowed } from './upstream-url.ts';

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

export interface Field<T> {
  /** What the setting does, for the editor and `config` command. */
  readonly description: string;
  /** What may stand here, completing "allowed is …". */
  readonly allowed: string;
  /** Reads a JSON value, or the text of a variable or flag (`"4141"`, `"true"`, `"a,b"`). */
  parse(input: unknown): Parsed<T>;
}

export interface NumberField extends Field<number> {
  readonly minimum: number;
  readonly maximum: number;
}

export interface ChoiceField<T extends string> extends Field<T> {
  readonly choices: readonly T[];
}

const accept = <T>(value: T): Parsed<T> => ({ ok: true, value });
const refuse = (problem: string): Parsed<never> => ({ ok: false, problem });

/** A value as a message shows it: short, one line. */
function show(input: unknown): string {
  const text = JSON.stringify(input) ?? String(input);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

export function integer(minimum: number, maximum: number, description: string): NumberField {
  return {
    description,
    minimum,
    maximum,
    allowed: `an integer from ${minimum} to ${maximum}`,
    parse(input) {
      const value = typeof input === 'string' && /^[+-]?\d+$/.test(input.trim()) ? Number(input) : input;
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) return refuse(`${show(input)} is not an integer`);
      if (value < minimum) return refuse(`${value} is too small`);
      return value > maximum ? refuse(`${value} is too large`) : accept(value);
    },
  };
}

/** So many credits, up to nine places. */
export function credits(maximum: number, description: string): NumberField {
  return {
    description,
    minimum: 0,
    maximum,
    allowed: `a number from 0 to ${maximum}, like 10 or 0.5`,
    parse(input) {
      const value = typeof input === 'string' && /^\d+(\.\d{1,9})?$/.test(input.trim()) ? Number(input) : input;
      if (typeof value !== 'number' || !Number.isFinite(value))
        return refuse(`${show(input)} is not a number of credits`);
      if (value < 0) return refuse(`${value} is too small`);
      return value > maximum ? refuse(`${value} is too large`) : accept(value);
    },
  };
}

export function choice<T extends string>(choices: readonly T[], description: string): ChoiceField<T> {
  return {
    description,
    choices,
    allowed: `one of ${choices.join(', ')}`,
    parse(input) {
      const found = choices.find((one) => one === input);
      return found === undefined ? refuse(`${show(input)} is unknown`) : accept(found);
    },
  };
}

export function flag(description: string): Field<boolean> {
  return {
    description,
    allowed: 'true or false',
    parse(input) {
      if (input === true || input === 'true' || input === '1') return accept(true);
      if (input === false || input === 'false' || input === '0') return accept(false);
      return refuse(`${show(input)} is neither true nor false`);
    },
  };
}

/** Text that matches `pattern` as a whole. */
export function text(pattern: RegExp, allowed: string, description: string): Field<string> {
  return {
    description,
    allowed,
    parse: (input) =>
      typeof input === 'string' && pattern.test(input) ? accept(input) : refuse(`${show(input)} does not fit`),
  };
}

export function url(description: string): Field<string> {
  return {
    description,
    allowed: urlAllowed,
    parse(input) {
      if (typeof input !== 'string') return refuse(`${show(input)} is not a text`);
      const parsed = parseUpstreamUrl(input);
      return 'url' in parsed ? accept(parsed.url) : refuse(parsed.problem);
    },
  };
}

/** The same field, or null for none. */
export function orNull<T>(field: Field<T>): Field<T | null> {
  return {
    description: field.description,
    allowed: `${field.allowed}, or null`,
    parse: (input) => (input === null ? accept(null) : field.parse(input)),
  };
}

/** A list of what `item` reads; as text, separated by commas. */
export function list<T>(item: Field<T>, minimumItems: number, description: string): Field<readonly T[]> {
  const allowed = `a list of ${item.allowed}${minimumItems > 0 ? `, at least ${minimumItems}` : ''}`;
  return {
    description,
    allowed,
    parse(input) {
      const entries: unknown = typeof input === 'string' ? splitList(input) : input;
      if (!Array.isArray(entries)) return refuse(`${show(input)} is not a list`);
      if (entries.length < minimumItems) return refuse(`the list has ${entries.length} entries`);
      const values: T[] = [];
      for (const entry of entries as unknown[]) {
        const parsed = item.parse(entry);
        if (!parsed.ok) return parsed;
        values.push(parsed.value);
      }
      return accept(values);
    },
  };
}

function splitList(input: string): string[] {
  return input
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
