/** Aliases as settings and flags hold them: `fast=gpt-6-luna`, `review=opus|sonnet`. */
import type { Field, Parsed } from './field.ts';
import { text } from './field.ts';

const name = String.raw`[\w.:@*][\w.:@/*[\]-]{0,199}`;
const aliasText = new RegExp(`^${name}=${name}(?:\\|${name}){0,9}$`);

export const modelName = text(new RegExp(`^${name}$`), 'names of models', 'A name.');

export const alias: Field<string> = {
  description: 'An alias.',
  allowed: 'names with what they mean, like fast=gpt-6-luna or review=opus|sonnet',
  parse(input): Parsed<string> {
    if (typeof input === 'string' && aliasText.test(input)) return { ok: true, value: input };
    return { ok: false, problem: `${JSON.stringify(input)} is no alias` };
  },
};

/** By name, the last of a repeated one; what is no alias is left out. */
export function parseAliases(entries: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const read = entries.flatMap((entry): [string, readonly string[]][] => {
    const at = entry.indexOf('=');
    return alias.parse(entry).ok ? [[entry.slice(0, at), entry.slice(at + 1).split('|')]] : [];
  });
  return Object.fromEntries(read);
}

/** The other way round, for a person to read. */
export function aliasTexts(aliases: Readonly<Record<string, readonly string[]>>): readonly string[] {
  return Object.entries(aliases).map(([from, targets]) => `${from}=${targets.join('|')}`);
}
