/** What happens just now, as the proxy sends it twice a second. */
import { signal } from '@preact/signals';
import type { LiveSnapshot } from '../../src/dashboard/live-snapshot.ts';
import { lookForSession, signedOut } from './ask.ts';

export const live = signal<LiveSnapshot | null>(null);
export const connection = signal<'connecting' | 'open' | 'lost'>('connecting');

const againAfterMs = 2000;
let source: EventSource | undefined;
let again: ReturnType<typeof setTimeout> | undefined;

function open(): void {
  clearTimeout(again);
  if (source !== undefined || document.hidden || signedOut.value) return;
  const opened = new EventSource('/ui/api/live');
  source = opened;
  opened.addEventListener('open', () => (connection.value = 'open'));
  opened.addEventListener('message', ({ data }: MessageEvent<string>) => {
    live.value = JSON.parse(data) as LiveSnapshot;
  });
  opened.addEventListener('error', () => {
    if (source !== opened) return;
    connection.value = 'lost';
    // The browser connects anew by itself where nobody answered; where it was refused it never does. A proxy that was
    // started anew knows no session.
    if (opened.readyState !== EventSource.CLOSED) return;
    source = undefined;
    again = setTimeout(open, againAfterMs);
    void lookForSession();
  });
}

function shut(): void {
  clearTimeout(again);
  source?.close();
  source = undefined;
  connection.value = 'connecting';
}

/** A browser has six connections for one origin: pages that nobody sees leave theirs to the one that is looked at. */
export function watchLive(): void {
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) shut();
    else if (signedOut.value) void lookForSession().then(open);
    else open();
  });
  open();
}
