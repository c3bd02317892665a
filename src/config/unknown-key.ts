/** What to say about a setting that does not exist. */
import { configPaths } from './fields.ts';
import { nearestName } from './nearest-name.ts';

const sections = new Set(
  configPaths.flatMap((path) => {
    const parts = path.split('.');
    return parts.slice(0, -1).map((_part, index) => parts.slice(0, index + 1).join('.'));
  }),
);

/** One sentence with the setting that was probably meant. */
export function unknownKey(name: string): string {
  // Somebody who writes `port` at the top means `server.port`.
  const near =
    configPaths.find((path) => path.endsWith(`.${name}`)) ??
    nearestName(name, [...configPaths, ...sections, '$schema']);
  const question = near === undefined ? '' : `; did you mean "${near}"?`;
  return `there is no setting "${name}"${question || '.'}`;
}
