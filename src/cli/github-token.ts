/** Finds the GitHub token in the environment (`decisions.md` 29): the order picks it, its kind says whether it can serve. */
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';
import { readSecretVariable } from './secret-variable.ts';

export interface FoundToken {
  /** Null where no variable holds a usable one. */
  readonly token: string | null;
  /** The variable it came from. */
  readonly from: string | null;
  /** Tokens that were passed over, one sentence each. */
  readonly notices: readonly string[];
}

/** Set for us or for Copilot: a token here that cannot serve is a mistake, and the start is refused. */
const explicitNames = ['CROSSFEED_GITHUB_TOKEN', 'COPILOT_GITHUB_TOKEN'];
/** Set for many programs: a token here that cannot serve is passed over. */
const genericNames = ['GH_TOKEN', 'GITHUB_TOKEN'];

/** Why GitHub accepts no such token for Copilot; null for a kind that it may accept. */
export function unusableReason(token: string): string | null {
  if (token.startsWith('ghp_'))
    return 'a classic personal access token (ghp_), which GitHub does not accept for Copilot';
  if (token.startsWith('ghr_')) return 'a refresh token (ghr_), which is no access token';
  return null;
}

export async function findGithubToken(env: Readonly<Record<string, string | undefined>>): Promise<FoundToken> {
  for (const name of explicitNames) {
    const found = await readSecretVariable(env, name);
    if (found === null) continue;
    const reason = unusableReason(found.value);
    if (reason !== null) {
      throw new CliError(
        exitCode.configuration,
        `${found.name} holds ${reason}: use a fine-grained token with the permission "Copilot Requests".`,
      );
    }
    return { token: found.value, from: found.name, notices: [] };
  }
  const notices: string[] = [];
  for (const name of genericNames) {
    const found = await readSecretVariable(env, name);
    if (found === null) continue;
    const reason = unusableReason(found.value);
    if (reason === null) return { token: found.value, from: found.name, notices };
    notices.push(`${found.name} is passed over: it holds ${reason}.`);
  }
  return { token: null, from: null, notices };
}
