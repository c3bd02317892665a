/** Which view is shown: the part of the address behind `#`. */
import { signal } from '@preact/signals';

export const views = ['now', 'cost', 'sessions', 'exchanges', 'models', 'approvals', 'keys', 'settings'] as const;
export type ViewName = (typeof views)[number];

export interface Route {
  readonly view: ViewName;
  /** What of the view is opened, e.g. a session's id; empty for none. */
  readonly id: string;
}

function parse(hash: string): Route {
  const [name = '', id = ''] = hash.replace(/^#\/?/, '').split('/');
  return { view: views.find((view) => view === name) ?? 'now', id: decodeURIComponent(id) };
}

export const route = signal<Route>(parse(location.hash));
addEventListener('hashchange', () => (route.value = parse(location.hash)));

export function linkTo(view: ViewName, id = ''): string {
  return id === '' ? `#/${view}` : `#/${view}/${encodeURIComponent(id)}`;
}
