/** What to say about a setting that does not exist. */
import { configPaths } from './fields.ts';
import { nearestName } from './nearest-name.ts';

const sections = new Set(configPaths.map((path) => path.slice(0, path.indexOf('.'))));

/** One sentence with the setting that was probably meant. */
export function unknownKey(name: string): string {
  // Somebody who writes `port` at the top means `server.port`.
  const near =
    configPaths.find((path) => path.endsWith(`.${name}`)) ??
    nearestName(name, [...configPaths, ...sections, '$schema']);
  const question = near === undefined ? '' : `; did you mean "${near}"?`;
  return `there is no setting "${name}"${question || '.'}`;
}
