/** Why a sign-in ended without a token: a code of GitHub's or ours, and words for the person at the terminal. */
import { presentable } from './error-text.ts';

export type LoginErrorCode =
  // GitHub's own words for the end of a device login
  | 'expired_token'
  | 'access_denied'
  | 'device_flow_disabled'
  | 'incorrect_client_credentials'
  | 'incorrect_device_code'
  | 'unsupported_grant_type'
  // Ours
  | 'rate_limited'
  | 'unreachable'
  | 'invalid_response'
  | 'misconfigured'
  | 'canceled';

export class LoginError extends Error {
  override readonly name = 'LoginError';
  readonly code: LoginErrorCode;

  /** `message` is shown as it is: it never holds a token or a device code. */
  constructor(code: LoginErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** What each of GitHub's final words means, and what to do. */
const sentences: Readonly<Record<string, readonly [code: LoginErrorCode, sentence: string]>> = {
  expired_token: ['expired_token', 'The code was not entered in time: start the login again.'],
  token_expired: ['expired_token', 'The code was not entered in time: start the login again.'],
  access_denied: ['access_denied', 'The login was refused at GitHub: start it again to change your mind.'],
  device_flow_disabled: [
    'device_flow_disabled',
    'The app behind identity.clientId has no device login: set another client id.',
  ],
  incorrect_client_credentials: [
    'incorrect_client_credentials',
    'GitHub does not know the app behind identity.clientId: correct or remove that setting.',
  ],
  incorrect_device_code: ['incorrect_device_code', 'GitHub does not know this login any more: start it again.'],
  unsupported_grant_type: [
    'unsupported_grant_type',
    'This GitHub does not offer the device login: sign in with a token instead (--github-token-stdin).',
  ],
};

/** The end that GitHub's `error` word stands for, with its own description; any unknown word is final too. */
export function githubLoginError(error: string, description: string | undefined): LoginError {
  const known = Object.hasOwn(sentences, error) ? sentences[error] : undefined;
  const [code, sentence] = known ?? (['invalid_response', 'GitHub refused the login.'] as const);
  const said = presentable(description ?? (known === undefined ? error : ''));
  return new LoginError(code, said === '' ? sentence : `${sentence} GitHub says: ${said}`);
}
