/** The flags of `start` as settings, checked one by one so that a wrong flag is a usage error with the flag's name. */
import { fields, isConfigPath } from '../config/fields.ts';
import type { ConfigPath } from '../config/config-path.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';
import { readDoorFlags } from './door-flags.ts';
import type { DoorFlags } from './door-flags.ts';
import { readOldHabits } from './old-habits.ts';
import type { OldHabitOptions } from './old-habits.ts';

export interface StartOptions extends OldHabitOptions, DoorFlags {
  readonly host?: string;
  readonly port?: string;
  readonly readyFile?: string;
  readonly githubTokenStdin?: true;
  /** True without a name. */
  readonly simulate?: true | string;
  readonly verbose?: true;
  readonly logFormat?: string;
  readonly json?: true;
  readonly logFile?: string;
  readonly githubUrl?: string;
  readonly githubApiUrl?: string;
  readonly copilotApiUrl?: string;
  readonly set?: readonly string[];
  /** Commander's form of `--no-pace`. */
  readonly pace?: boolean;
  readonly fetchImages?: true;
  /** Of the proxy that `crossfeed run` starts. */
  readonly forRuns?: true;
}

/** Dotted path -> value. Throws `CliError`: usage, or configuration for a flag that this version cannot obey. */
export async function readStartFlags(options: StartOptions): Promise<Readonly<Record<string, string>>> {
  const named: readonly (readonly [flag: string, path: ConfigPath, value: string | undefined])[] = [
    ['--host', 'server.host', options.host],
    ['--port', 'server.port', options.port],
    ['--verbose', 'log.level', options.verbose && 'debug'],
    ['--json', 'log.format', options.json && 'json'],
    ['--log-format', 'log.format', options.logFormat],
    ['--log-file', 'log.file', options.logFile],
    ['--github-url', 'upstream.githubUrl', options.githubUrl],
    ['--github-api-url', 'upstream.githubApiUrl', options.githubApiUrl],
    ['--copilot-api-url', 'upstream.copilotApiUrl', options.copilotApiUrl],
    ['--no-pace', 'limits.pace.enabled', options.pace === false ? 'false' : undefined],
    ['--fetch-images', 'media.fetchRemote', options.fetchImages && 'true'],
    ...readDoorFlags(options),
    ...readOldHabits(options).settings,
  ];
  const flags: Record<string, string> = {};
  const set = (flag: string, path: ConfigPath, value: string) => {
    const parsed = fields[path].parse(value);
    if (!parsed.ok) throw usage(`${flag}: ${parsed.problem}; allowed is ${fields[path].allowed}.`);
    flags[path] = value;
  };
  for (const assignment of options.set ?? []) {
    const equals = assignment.indexOf('=');
    if (equals < 1) throw usage(`--set wants setting=value, for example --set limits.drainMs=5000.`);
    const path = assignment.slice(0, equals);
    if (!isConfigPath(path)) {
      const { unknownKey } = await import('../config/unknown-key.ts');
      throw usage(`--set: ${unknownKey(path)}`);
    }
    set(`--set ${path}`, path, assignment.slice(equals + 1));
  }
  for (const [flag, path, value] of named) if (value !== undefined) set(flag, path, value);
  return flags;
}

function usage(message: string): CliError {
  return new CliError(exitCode.usage, message);
}
