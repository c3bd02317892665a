/** The GitHub token itself as the bearer: OAuth tokens of allowed apps, fine-grained tokens, installation tokens. */
import type { Clock } from '../../base/clock.ts';
import type { Bearer, BearerSource } from './bearer-source.ts';

/** There is nothing to renew: a refused token is sent once more by the caller's retry, then the refusal is told. */
export function createDirectBearer(githubToken: string, clock: Clock): BearerSource {
  const bearer: Bearer = { value: githubToken, apiOrigin: undefined, since: clock.now(), expires: null };
  return {
    peek: () => bearer,
    get: () => Promise.resolve(bearer),
    invalidate: () => undefined,
    problem: () => null,
  };
}
