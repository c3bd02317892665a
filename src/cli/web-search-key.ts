/** The key of the provider that searches the web: from a variable or the file that it names, and asked for before anything starts. */
import type { WebSearchConfig } from '../config/config.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';
import { readSecretVariable } from './secret-variable.ts';

/** Undefined where the setting needs none. Throws `CliError` (configuration) with one sentence. */
export async function webSearchKey(
  env: Readonly<Record<string, string | undefined>>,
  { via, url }: Pick<WebSearchConfig, 'via' | 'url'>,
): Promise<string | undefined> {
  if (via === 'off' || via === 'seat') return undefined;
  const found = await readSecretVariable(env, 'CROSSFEED_WEB_SEARCH_KEY');
  if (via === 'searxng' && url === null)
    throw new CliError(exitCode.configuration, 'webSearch.via is searxng: webSearch.url must say where it runs.');
  if (via !== 'searxng' && found === null) {
    const message = `webSearch.via is ${via}: its key is read from CROSSFEED_WEB_SEARCH_KEY or CROSSFEED_WEB_SEARCH_KEY_FILE, and neither is set.`;
    throw new CliError(exitCode.configuration, message);
  }
  return found?.value;
}
