/** Tool names that an upstream does not take, as names that it takes, and back: one to one, and the same every turn. */

export interface ToolNameLimits {
  readonly maxLength: number;
  /** What a whole name must match; `[a-zA-Z0-9_-]` and a letter in front are taken to be within it. */
  readonly pattern: RegExp;
}

export interface ToolNames {
  /** The name as it goes up: itself where it may. */
  toWire(name: string): string;
  /** The caller's own name for one that came down. */
  fromWire(name: string): string;
  readonly aliased: readonly { readonly name: string; readonly alias: string }[];
}

/** An alias depends on its name alone, unless it meets another name, so that a tool which joins later changes none. */
export function createToolNames(names: readonly string[], { maxLength, pattern }: ToolNameLimits): ToolNames {
  const fits = (name: string) => name.length <= maxLength && pattern.test(name);
  const given = new Set(names);
  const taken = new Set([...given].filter(fits));
  const aliases = new Map<string, string>();
  for (const name of [...given].filter((candidate) => !fits(candidate)).toSorted()) {
    let salt = 0;
    let alias = aliasOf(name, salt, maxLength, pattern);
    while (taken.has(alias)) alias = aliasOf(name, (salt += 1), maxLength, pattern);
    taken.add(alias);
    aliases.set(name, alias);
  }
  const originals = new Map([...aliases].map(([name, alias]) => [alias, name]));
  return {
    toWire: (name) => aliases.get(name) ?? name,
    fromWire: (alias) => originals.get(alias) ?? alias,
    aliased: [...aliases].map(([name, alias]) => ({ name, alias })),
  };
}

const suffixLength = 9;

/** The beginning stays readable for the model, the end tells names apart. */
function aliasOf(name: string, salt: number, maxLength: number, pattern: RegExp): string {
  const clean = name.replaceAll(/[^a-zA-Z0-9_-]/g, '_');
  const stem = pattern.test(clean) ? clean : `t_${clean}`;
  return `${stem.slice(0, maxLength - suffixLength)}_${hashOf(`${salt}\0${name}`)}`;
}

/** 41 bits of a mixing hash over UTF-16 units, as eight characters: short, and the same on every machine. */
function hashOf(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  const bits = 4294967296 * (2097151 & low) + (high >>> 0);
  return bits.toString(36).padStart(8, '0').slice(-8);
}
