/** Ids that we mint: the same request gets the same one at the same place, since random ids would break prompt caches and replays. */
import { createHash } from 'node:crypto';

/** A session's requests grow, so their length tells them apart, and nobody has to keep the body for it. 24 hex digits. */
export function mintId(session: string, requestBytes: number, place: string): string {
  return createHash('sha256').update(`${session}\0${requestBytes}\0${place}`).digest('hex').slice(0, 24);
}
