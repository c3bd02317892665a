/** The default key that tools show to the proxy: set by the user, or made at the first start and kept. */
import { randomBytes } from 'node:crypto';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';
import { readSecretVariable } from './secret-variable.ts';

const shortestKey = 8;

/** What documentation and templates put where a key belongs: known to everybody, and so no key. */
const sampleKeys: readonly RegExp[] = [
  /^(?:sk-|cf_)?your[-_ ]?(?:[a-z]{1,20}[-_ ]?){0,3}(?:key|token|secret)(?:[-_ ]?here)?(?:[-_ ]?\d{1,4})?$/i,
  /^(?:sk-|cf_)?(?:change|replace)[-_ ]?(?:me|this)\d*$/i,
  /^(?:sk-|cf_)?(?:[x*.]+|placeholder|password\d*|12345678(?:90?)?)$/i,
  /^(?:sk-|cf_)?(?:my[-_ ]?)?(?:secret[-_ ]?)?api[-_ ]?key$/i,
  /^<.*>$/,
];

/** 256 bits: beyond guessing, so that nothing needs to be slow when it is checked. */
export function newCallerKey(): string {
  return `cf_${randomBytes(32).toString('base64url')}`;
}

/** `CROSSFEED_API_KEY` or its `_FILE`; null where unset. Refuses what is no secret. */
export async function callerKeyFromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  const found = await readSecretVariable(env, 'CROSSFEED_API_KEY');
  if (found === null) return null;
  if (found.value.length < shortestKey) {
    throw new CliError(
      exitCode.configuration,
      `${found.name} is shorter than ${shortestKey} characters: set a longer key, or unset it to have one made.`,
    );
  }
  const { value } = found;
  if (sampleKeys.some((sample) => sample.test(value))) {
    throw new CliError(
      exitCode.configuration,
      `${found.name} is a sample key that everybody knows: set one of your own, or unset it to have one made.`,
    );
  }
  return value;
}
