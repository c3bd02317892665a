/** What happens just now, as the proxy sends it twice a second. */
import { signal } from '@preact/signals';
import type { LiveSnapshot } from '../../src/dashboard/live-snapshot.ts';

export const live = signal<LiveSnapshot | null>(null);
export const connection = signal<'connecting' | 'open' | 'lost'>('connecting');

/** The browser connects anew by itself. */
export function watchLive(): void {
  const source = new EventSource('/ui/api/live');
  source.addEventListener('open', () => (connection.value = 'open'));
  source.addEventListener('error', () => (connection.value = 'lost'));
  source.addEventListener('message', ({ data }: MessageEvent<string>) => {
    live.value = JSON.parse(data) as LiveSnapshot;
  });
}
