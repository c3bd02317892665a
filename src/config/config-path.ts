/** Dotted paths of settings, e.g. `server.port`, typed from `Config` itself. */
import type { Config } from './config.ts';

/** What a setting may be. Everything else in `Config` is a group of settings. */
type Setting = string | number | boolean | null | readonly unknown[];

type PathIn<T> = {
  [K in Extract<keyof T, string>]: T[K] extends Setting ? K : `${K}.${PathIn<T[K]>}`;
}[Extract<keyof T, string>];

type ValueIn<T, P> = P extends `${infer K}.${infer Rest}`
  ? K extends keyof T
    ? ValueIn<T[K], Rest>
    : never
  : P extends keyof T
    ? T[P]
    : never;

/** Every setting there is. */
export type ConfigPath = PathIn<Config>;

/** The type of the setting at a path. */
export type ValueAt<P extends ConfigPath> = ValueIn<Config, P>;

/** A copy of `base` with one setting replaced; the value was parsed by the field of that path. */
export function withValue(base: Config, path: ConfigPath, value: unknown): Config {
  return replaced(base, splitPath(path), value);
}

function replaced<T extends object>(group: T, [key = '', ...rest]: readonly string[], value: unknown): T {
  const inner = memberOf(group, key);
  return { ...group, [key]: rest.length === 0 || !isGroup(inner) ? value : replaced(inner, rest, value) };
}

/** The setting at a path. */
export function valueAt(config: Config, path: ConfigPath): unknown {
  return splitPath(path).reduce<unknown>((value, key) => (isGroup(value) ? memberOf(value, key) : undefined), config);
}

export function splitPath(path: ConfigPath): readonly string[] {
  return path.split('.');
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function memberOf(group: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(group, key)?.value;
}
