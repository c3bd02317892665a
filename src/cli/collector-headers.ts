/** What a collector of spans wants with each batch: from a variable or the file that it names, in the form that OpenTelemetry uses. */
import type { TracesConfig } from '../config/config.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';
import { readSecretVariable } from './secret-variable.ts';

/** `name=value,name=value`, values in percent encoding. Throws `CliError` (configuration). */
export async function collectorHeaders(
  env: Readonly<Record<string, string | undefined>>,
  { endpoint }: TracesConfig,
): Promise<Readonly<Record<string, string>>> {
  const found = endpoint === null ? null : await readSecretVariable(env, 'CROSSFEED_TRACES_HEADERS');
  if (found === null) return {};
  const entries = found.value.split(',').map((entry): [string, string] => {
    const [, name = '', value = ''] = /^\s*([!#$%&'*+.^_`|~\w-]+)=([\x21-\x7E]*)\s*$/.exec(entry) ?? [];
    if (name === '' || value === '') throw refused();
    try {
      return [name.toLowerCase(), decodeURIComponent(value)];
    } catch {
      throw refused();
    }
  });
  return Object.fromEntries(entries);
}

function refused(): CliError {
  return new CliError(exitCode.configuration, 'CROSSFEED_TRACES_HEADERS takes name=value, several with commas.');
}
