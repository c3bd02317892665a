/** What a caller says of itself: which program it is, and what the call is booked under. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../canonical/caller.ts';
import { utf8Text } from './latin1-view.ts';

const maxProjectName = 100;

/** The caller's own word for this call, else its key's (`decisions.md` 39). */
export function projectOf(headers: IncomingHttpHeaders, { project }: Caller): string | null {
  const said = headers['x-crossfeed-project'];
  const name = typeof said === 'string' ? spoken(said).trim() : '';
  return name === '' ? project : name.slice(0, maxProjectName);
}

const maxClientName = 200;

/** The user agent, fit for a log line: no control characters, no more than anybody reads. */
export function clientName(userAgent: string | undefined): string {
  return spoken(userAgent ?? '').slice(0, maxClientName);
}

/** Node reads headers as latin1; a name that was sent as UTF-8 has to be that of the budget. */
function spoken(header: string): string {
  const text = utf8Text(header);
  return (text.includes('\uFFFD') ? header : text).replaceAll(/[\p{C}]/gu, '');
}
