/** The flags of `copilot-api` that people and their scripts still type: what each means here, or why it is not needed. */
import type { Command } from 'commander';
import { Option } from 'commander';
import type { ConfigPath } from '../config/config-path.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';

export interface OldHabitOptions {
  readonly accountType?: string;
  readonly githubToken?: string;
  readonly rateLimit?: string;
  readonly wait?: true;
  readonly claudeCode?: true;
  /** True without a value. */
  readonly manual?: true | string;
  readonly showToken?: true;
  readonly proxyEnv?: true;
}

export interface OldHabits {
  /** Settings that flags stand for: flag, dotted path, value. */
  readonly settings: readonly (readonly [flag: string, path: ConfigPath, value: string])[];
  /** The token of `-g`; null without it. */
  readonly githubToken: string | null;
  /** One sentence each, for the log. */
  readonly notices: readonly string[];
}

const group = 'Options known from copilot-api:';

export function addOldHabits(command: Command): void {
  const rows: readonly (readonly [flags: string, what: string])[] = [
    ['-r, --rate-limit <seconds>', 'at most one call to GitHub in so many seconds (limits.pace.minGapMs)'],
    ['-w, --wait', 'calls within that gap wait their turn instead of getting a 429 (limits.pace.wait)'],
    ['-g, --github-token <token>', 'the GitHub token; other users of the machine can read it there'],
    ['-a, --account-type <type>', 'not needed: GitHub says which host the seat uses'],
    ['--proxy-env', 'not needed: HTTPS_PROXY and its kin are obeyed anyway'],
    ['--show-token', 'says where the token is; it is never printed'],
    ['--manual [which]', 'calls wait for your word: all, `session` for the first of each, or above so many credits'],
    ['-c, --claude-code', 'prints and copies the line that starts Claude Code here; `crossfeed run claude` does both'],
  ];
  for (const [flags, what] of rows) command.addOption(new Option(flags, what).helpGroup(group));
}

/** Throws `CliError` (usage) for a rate or an amount that is none. */
export function readOldHabits(options: OldHabitOptions): OldHabits {
  const settings: OldHabits['settings'][number][] = [];
  if (options.rateLimit !== undefined) {
    settings.push(['--rate-limit', 'limits.pace.minGapMs', String(gapMs(options.rateLimit))]);
  }
  if (options.wait) settings.push(['--wait', 'limits.pace.wait', 'true']);
  if (options.manual !== undefined) settings.push(...approvalOf(options.manual));
  const notices: string[] = [];
  if (options.githubToken !== undefined) {
    notices.push(
      '--github-token: every user of this machine can read the arguments of a program; use `crossfeed login`, or CROSSFEED_GITHUB_TOKEN.',
    );
  }
  if (options.wait && options.rateLimit === undefined) {
    notices.push('--wait does nothing without --rate-limit: calls wait for their pace anyway.');
  }
  if (options.accountType !== undefined) {
    notices.push('--account-type is not needed: GitHub says which host the seat uses, and it is found by itself.');
  }
  if (options.proxyEnv)
    notices.push('--proxy-env is the default: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY are obeyed.');
  if (options.showToken) {
    notices.push(
      '--show-token prints no token: it stays where it is kept (`crossfeed accounts` says where), and `crossfeed status` says of what kind it is.',
    );
  }
  return { settings, githubToken: options.githubToken ?? null, notices };
}

function gapMs(rateLimit: string): number {
  const seconds = Number(rateLimit);
  if (rateLimit.trim() !== '' && Number.isFinite(seconds) && seconds >= 0) return Math.round(seconds * 1000);
  throw new CliError(exitCode.usage, `--rate-limit takes a number of seconds, not "${rateLimit}".`);
}

function approvalOf(which: true | string): OldHabits['settings'] {
  if (which === true || which === 'all' || which === 'session')
    return [['--manual', 'limits.approval', which === true ? 'all' : which]];
  if (!/^\d+(\.\d{1,9})?$/.test(which))
    throw new CliError(
      exitCode.usage,
      `--manual takes "session" or a number of credits like 10 or 0.5, not "${which}".`,
    );
  return [
    ['--manual', 'limits.approval', 'above'],
    ['--manual', 'limits.approvalAboveCredits', which],
  ];
}
