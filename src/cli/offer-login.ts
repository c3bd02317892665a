/** What a start does where nobody is signed in and a person sits at the terminal: one question, then the login. */
import type { Config } from '../config/config.ts';
import type { Store } from '../store/open-store.ts';
import { githubPlace } from './account-host.ts';
import type { CliContext } from './cli-context.ts';
import { deviceSignIn } from './device-sign-in.ts';
import { keepLogin } from './keep-login.ts';
import { hasBrowser } from './open-browser.ts';
import type { ResolvedAccount } from './resolve-accounts.ts';
import { askYesOrNo } from './yes-or-no.ts';

/** The new account; null if the person would rather not. */
export async function offerLogin(
  context: CliContext,
  config: Config,
  store: Pick<Store, 'accounts'>,
): Promise<ResolvedAccount | null> {
  const where = hasBrowser(context) ? ' in your browser' : '';
  const question = {
    text: `Nobody is signed in to GitHub yet. Sign in${where} now?`,
    otherwise: 'running `crossfeed login` first',
    returnMeansYes: true,
  };
  if (!(await askYesOrNo(context, question))) return null;
  const place = githubPlace(undefined, config);
  // The answer was the consent to the browser as well: there is no second question.
  const token = await deviceSignIn({ context, config, place, browser: 'open' });
  const storeChoice = config.credentials.store;
  const kept = await keepLogin(context, config, store, { token, source: 'device', place, name: null, storeChoice });
  for (const notice of kept.notices) context.stderr.write(`crossfeed: ${notice}\n`);
  return { account: kept.account, token };
}
