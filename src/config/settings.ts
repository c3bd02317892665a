/** Settings that a program hands in by their dotted paths, checked like those of a file. */
import { ConfigError } from './config-error.ts';
import type { ConfigPath, ValueAt } from './config-path.ts';
import { withValue } from './config-path.ts';
import type { Config } from './config.ts';
import { defaultConfig } from './config.ts';
import { fields, isConfigPath } from './fields.ts';
import { unknownKey } from './unknown-key.ts';

/** E.g. `{ 'server.port': 0 }`; what is missing has its default. */
export type Settings = { readonly [P in ConfigPath]?: ValueAt<P> };

/** Throws `ConfigError` with a sentence for each setting that cannot be. */
export function configOf(settings: Settings): Config {
  let config = defaultConfig;
  const problems: string[] = [];
  for (const [path, value] of Object.entries(settings)) {
    if (value === undefined) continue;
    if (!isConfigPath(path)) {
      problems.push(unknownKey(path));
      continue;
    }
    const parsed = fields[path].parse(value);
    if (parsed.ok) config = withValue(config, path, parsed.value);
    else problems.push(`${path}: ${parsed.problem}; allowed is ${fields[path].allowed}.`);
  }
  const [first, ...others] = problems;
  if (first !== undefined) throw new ConfigError([first, ...others]);
  return config;
}
