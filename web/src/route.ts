/** Which view is shown, and how it is filtered: the part of the address behind `#`. */
import { signal } from '@preact/signals';

export const views = ['now', 'cost', 'sessions', 'exchanges', 'models', 'approvals', 'keys', 'settings'] as const;
export type ViewName = (typeof views)[number];

export interface Route {
  readonly view: ViewName;
  /** What of the view is opened, e.g. a session's id; empty for none. */
  readonly id: string;
  /** What is chosen there, e.g. `outcome`. */
  readonly filters: Readonly<Record<string, string>>;
}

function parse(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [name = '', id = ''] = path.split('/');
  const view = views.find((one) => one === name) ?? 'now';
  return { view, id: decoded(id), filters: Object.fromEntries(new URLSearchParams(query)) };
}

/** Somebody may have cut the address. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const route = signal<Route>(parse(location.hash));
addEventListener('hashchange', () => (route.value = parse(location.hash)));

export function linkTo(view: ViewName, id = '', filters: Route['filters'] = {}): string {
  const path = id === '' ? `#/${view}` : `#/${view}/${encodeURIComponent(id)}`;
  const chosen = Object.entries(filters).filter(([, value]) => value !== '');
  return chosen.length === 0 ? path : `${path}?${new URLSearchParams(chosen).toString()}`;
}

/** A choice is a step that the back button undoes; a letter that is typed is none. */
export function choose(filters: Route['filters'], isStep: boolean): void {
  const { view, id } = route.value;
  const link = linkTo(view, id, { ...route.value.filters, ...filters });
  if (isStep) location.hash = link;
  else {
    history.replaceState(null, '', link);
    route.value = parse(link);
  }
}
