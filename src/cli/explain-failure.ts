/** Turns what a command threw into sentences for the user and an exit code for the script. */
import { ConfigError } from '../config/config-error.ts';
import { StateFileError } from '../config/state-file-error.ts';
import { ControlError } from '../control/control-error.ts';
import type { ControlErrorCode } from '../control/control-error.ts';
import { checkOfError } from '../errors/error-check.ts';
import type { ErrorCode } from '../errors/error-table.ts';
import { errorRow } from '../errors/error-table.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { createRedactor } from '../observability/redact.ts';
import { KeychainError } from '../store/keychain.ts';
import { LoginError } from '../upstream/copilot/login-error.ts';
import type { LoginErrorCode } from '../upstream/copilot/login-error.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';

export interface Failure {
  readonly exitCode: ExitCode;
  readonly lines: readonly string[];
}

/** The proxy's own errors that a command can end with; every other code is a plain failure. */
const exitCodes: Partial<Record<ErrorCode, ExitCode>> = {
  upstream_sign_in_required: exitCode.permission,
  upstream_forbidden: exitCode.permission,
  insufficient_quota: exitCode.permission,
  rate_limited: exitCode.temporary,
  overloaded: exitCode.temporary,
  draining: exitCode.temporary,
  upstream_overloaded: exitCode.temporary,
  upstream_timeout: exitCode.unavailable,
  upstream_unreachable: exitCode.unavailable,
  upstream_error: exitCode.unavailable,
  not_an_api_response: exitCode.unavailable,
  tls_error: exitCode.unavailable,
  internal_error: exitCode.internal,
};

const controlExitCodes: Readonly<Record<ControlErrorCode, ExitCode>> = {
  not_running: exitCode.failure,
  already_running: exitCode.failure,
  unusable: exitCode.configuration,
  invalid_request: exitCode.usage,
  failed: exitCode.failure,
  timeout: exitCode.temporary,
};

const loginExitCodes: Partial<Record<LoginErrorCode, ExitCode>> = {
  access_denied: exitCode.permission,
  expired_token: exitCode.temporary,
  rate_limited: exitCode.temporary,
  unreachable: exitCode.unavailable,
  invalid_response: exitCode.unavailable,
  canceled: exitCode.interrupted,
};

/** `secrets` are left out by value, everything that looks like one by pattern. */
export function explainFailure(thrown: unknown, secrets: readonly string[] = []): Failure {
  const failure = failureOf(thrown);
  const redactor = createRedactor(secrets);
  return { ...failure, lines: failure.lines.map((line) => redactor.redact(line)) };
}

function failureOf(thrown: unknown): Failure {
  if (thrown instanceof CliError) return { exitCode: thrown.exitCode, lines: [thrown.message] };
  if (thrown instanceof ConfigError) return { exitCode: exitCode.configuration, lines: thrown.problems };
  if (thrown instanceof StateFileError) return { exitCode: exitCode.configuration, lines: [thrown.message] };
  if (thrown instanceof ControlError) return { exitCode: controlExitCodes[thrown.code], lines: [thrown.message] };
  if (thrown instanceof LoginError) {
    return { exitCode: loginExitCodes[thrown.code] ?? exitCode.configuration, lines: [thrown.message] };
  }
  if (thrown instanceof KeychainError) {
    const line = `The keychain is out of reach, because ${thrown.message}: \`--store file\` keeps a token in a private file.`;
    return { exitCode: exitCode.configuration, lines: [line] };
  }
  if (thrown instanceof ProxyError) {
    return {
      exitCode: exitCodes[thrown.code] ?? exitCode.failure,
      lines: [withHint(thrown)],
    };
  }
  if (isSystemError(thrown)) return { exitCode: exitCode.failure, lines: [thrown.message] };
  const where = thrown instanceof Error ? thrown.stack?.split('\n')[1]?.trim() : undefined;
  const what = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    exitCode: exitCode.internal,
    lines: [`internal error: ${what}${where === undefined ? '' : ` (${where})`}; please report it.`],
  };
}

/** What is wrong, and what to do about it, unless it says so itself. */
function withHint({ code, message }: ProxyError): string {
  if (message.includes('`crossfeed ')) return message;
  const check = checkOfError[code];
  const looks = check === null ? '' : ` \`crossfeed doctor --only ${check}\` looks.`;
  return `${message}${/[.!?]$/.test(message) ? '' : '.'} ${errorRow(code).hint}${looks}`;
}

/** A refusal of the operating system: its message names the call and the path. */
function isSystemError(thrown: unknown): thrown is NodeJS.ErrnoException {
  return thrown instanceof Error && 'syscall' in thrown;
}
