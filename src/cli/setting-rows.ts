/** Every setting as it is in force, with who set it. */
import type { Config } from '../config/config.ts';
import { valueAt } from '../config/config-path.ts';
import { configPaths, fields } from '../config/fields.ts';
import type { Source } from '../config/load-config.ts';
import type { SettingSummary } from '../control/contract.ts';

/** Never holds a secret: none is a setting. */
export function settingRows(
  config: Config,
  sources: ReadonlyMap<string, Source> | undefined,
): readonly SettingSummary[] {
  return configPaths.map((path) => {
    const value: unknown = valueAt(config, path);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return { path, value: text, source: sources?.get(path) ?? 'default', description: fields[path].description };
  });
}
