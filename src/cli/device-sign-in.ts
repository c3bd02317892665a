/** The device login at a terminal: shows address and code, may open a browser, waits, and leaves nothing when left. */
import { createInterface } from 'node:readline';
import { systemClock } from '../base/clock.ts';
import type { Config } from '../config/config.ts';
import { startDeviceLogin } from '../upstream/copilot/device-login.ts';
import { LoginError } from '../upstream/copilot/login-error.ts';
import type { GithubPlace } from './account-host.ts';
import type { CliContext } from './cli-context.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';
import { hasBrowser, openBrowser } from './open-browser.ts';
import { trustSystemFor } from './trust-system.ts';

export interface DeviceSignInOptions {
  readonly context: CliContext;
  readonly config: Config;
  readonly place: GithubPlace;
  /** `ask` is one question where a browser is; `open` where the user has agreed already. */
  readonly browser: 'ask' | 'open' | 'never';
}

/** The GitHub token. Throws `LoginError`, and `CliError` (interrupted) on Ctrl-C. */
export async function deviceSignIn({ context, config, place, browser }: DeviceSignInOptions): Promise<string> {
  const leaving = new AbortController();
  const forgetSignals = context.onSignal(() => leaving.abort());
  try {
    trustSystemFor(config);
    const login = await startDeviceLogin({
      githubUrl: place.githubUrl,
      clientId: config.identity.clientId,
      scope: config.identity.scope,
      userAgent: config.identity.userAgent,
      allowedHosts: config.upstream.allowedHosts,
      clock: systemClock,
      signal: leaving.signal,
      proxyEnv: context.env,
    });
    const minutes = Math.max(1, Math.round(login.expiresInMs / 60_000));
    context.stderr.write(
      `\n  Open   ${login.verificationUri}\n  Enter  ${login.userCode}\n\n  The code is good for ${minutes === 1 ? 'a minute' : `${minutes} minutes`}; waiting for you there. Ctrl-C leaves without a trace.\n\n`,
    );
    const open = () => openBrowser(login.verificationUri, context.env);
    if (browser === 'open' && hasBrowser(context)) open();
    if (browser !== 'ask' || !hasBrowser(context)) return await login.token;
    const question = askToOpen(context, open, () => leaving.abort());
    return await login.token.finally(() => question.close());
  } catch (thrown) {
    if (leaving.signal.aborted || (thrown instanceof LoginError && thrown.code === 'canceled')) {
      throw new CliError(exitCode.interrupted, 'The login was left; nothing was stored.', { cause: thrown });
    }
    throw thrown;
  } finally {
    forgetSignals();
  }
}

/** Asks beside the waiting: whoever types the code on another device never needs to answer. */
function askToOpen(context: CliContext, open: () => void, leave: () => void): { close(): void } {
  const line = createInterface({ input: context.stdin, output: context.stderr });
  line.on('SIGINT', leave);
  let answered = false;
  line.question('  Open it in your browser? [Y/n] ', (answer) => {
    answered = true;
    if (/^\s*(?:y|yes)?\s*$/i.test(answer)) open();
    line.close();
  });
  return {
    close() {
      line.close();
      // What comes next begins on a line of its own.
      if (!answered) context.stderr.write('\n');
    },
  };
}
