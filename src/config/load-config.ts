/** Puts the settings together: defaults < file < environment < flags, and remembers who set what. */
import { readFile } from 'node:fs/promises';
import { ConfigError } from './config-error.ts';
import type { Config } from './config.ts';
import { defaultConfig } from './config.ts';
import { withValue } from './config-path.ts';
import type { ConfigPath } from './config-path.ts';
import { misspeltVariables, negatedVariables, variables } from './environment.ts';
import { configPaths, fields, isConfigPath } from './fields.ts';
import { configPath } from './home.ts';
import { unknownKey } from './unknown-key.ts';

export type Source = 'default' | 'file' | 'environment' | 'flag';

export interface LoadedConfig {
  readonly config: Config;
  /** Dotted path of every setting -> who set it. */
  readonly sources: ReadonlyMap<string, Source>;
  /** The config file that was read; null without one. */
  readonly file: string | null;
  /** One sentence each, for the user: nothing that stops the program. */
  readonly warnings: readonly string[];
}

export interface LoadConfigOptions {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Dotted path -> value, e.g. `{'server.port': 0}`; undefined is unset. */
  readonly flags: Readonly<Record<string, unknown>>;
}

/**
 * Throws `ConfigError`: one sentence that names file:line:column, variable or flag, the problem and what is allowed.
 * The schema library is loaded only if there is a file: most starts have none, and it is a third of the start-up time.
 */
export async function loadConfig(options: LoadConfigOptions): Promise<LoadedConfig> {
  let config = defaultConfig;
  const sources = new Map<string, Source>(configPaths.map((path) => [path, 'default']));
  const warnings: string[] = [];

  const set = (path: ConfigPath, input: unknown, source: Source, where: string) => {
    const parsed = fields[path].parse(input);
    if (!parsed.ok) throw new ConfigError([`${where}: ${parsed.problem}; allowed is ${fields[path].allowed}.`]);
    config = withValue(config, path, parsed.value);
    sources.set(path, source);
  };

  const file = configPath(options.home);
  const content = await readIfThere(file);
  if (content !== undefined) {
    const { parseConfigFile } = await import('./config-file.ts');
    const parsed = parseConfigFile(content, file);
    for (const [path, value] of parsed.values) set(path, value, 'file', `${file}: ${path}`);
    warnings.push(...parsed.warnings);
  }

  for (const [name, path] of Object.entries(variables)) {
    const value = options.env[name];
    if (value !== undefined && value !== '') set(path, value, 'environment', name);
  }
  for (const [name, path] of Object.entries(negatedVariables)) {
    const value = options.env[name];
    if (value === undefined || value === '') continue;
    const parsed = fields[path].parse(value);
    set(path, parsed.ok ? !parsed.value : value, 'environment', name);
  }
  warnings.push(...misspeltVariables(options.env));

  for (const [path, value] of Object.entries(options.flags)) {
    if (value === undefined) continue;
    if (!isConfigPath(path)) throw new ConfigError([`flag for ${path}: ${unknownKey(path)}`]);
    set(path, value, 'flag', `flag for ${path}`);
  }
  return { config, sources, file: content === undefined ? null : file, warnings };
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    // ENOTDIR: the home itself is a file, which whoever opens the home says better.
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ConfigError([`${file} cannot be read (${code}).`], { cause });
  }
}
