/** Dotted paths of settings, e.g. `server.port`, typed from `Config` itself. */
import type { Config } from './config.ts';

type Section = keyof Config;
type PathIn<S extends Section> = S extends string ? `${S}.${Extract<keyof Config[S], string>}` : never;

/** Every setting there is. */
export type ConfigPath = { [S in Section]: PathIn<S> }[Section];

/** The type of the setting at a path. */
export type ValueAt<P extends ConfigPath> = P extends `${infer S extends Section}.${infer K}`
  ? K extends keyof Config[S]
    ? Config[S][K]
    : never
  : never;

/** A copy of `base` with one setting replaced; the value was parsed by the field of that path. */
export function withValue(base: Config, path: ConfigPath, value: unknown): Config {
  const [section, key] = splitPath(path);
  return { ...base, [section]: { ...base[section], [key]: value } };
}

/** The setting at a path. */
export function valueAt(config: Config, path: ConfigPath): unknown {
  const [section, key] = splitPath(path);
  return new Map<string, unknown>(Object.entries(config[section])).get(key);
}

export function splitPath(path: ConfigPath): readonly [section: Section, key: string] {
  const dot = path.indexOf('.');
  return [path.slice(0, dot) as Section, path.slice(dot + 1)];
}
