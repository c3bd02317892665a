/** A made-up web: what is found there goes by the words of the query alone, so that the same search finds the same pages. */
import { fingerprint } from './seal.ts';

export interface WebPage {
  readonly url: string;
  readonly title: string;
  readonly text: string;
}

const sites = ['encyclopedia.example', 'news.example', 'forum.example', 'gazette.example', 'docs.example'] as const;

/** Two to five pages; only of `allowedDomains`, where there are any. */
export function findPages(query: string, allowedDomains: readonly string[]): readonly WebPage[] {
  const count = 2 + (numberFrom('count', query) % 4);
  const hosts = allowedDomains.length === 0 ? sites : allowedDomains;
  return Array.from({ length: count }, (_, index) => {
    const round = Math.floor(index / hosts.length);
    return pageAt(
      `https://${hosts[index % hosts.length]}/${slugOf(query)}${round === 0 ? '' : `-${round + 1}`}`,
      query,
    );
  });
}

/** What stands at an address, for whoever opens it. */
export function pageAt(url: string, query: string): WebPage {
  const host = /^https?:\/\/([^/?#]+)/.exec(url)?.[1] ?? url;
  const figure = 100 + (numberFrom(url, query) % 900);
  // Forums have their pictures: places in a text are counted in characters, and these are two units of one.
  const mood = host.startsWith('forum.') ? '👍 ' : '';
  return {
    url,
    title: `${query} | ${host}`,
    text: `${mood}What ${host} says of ${query}: the figure is ${figure}.`,
  };
}

function slugOf(query: string): string {
  const words = query.toLowerCase().match(/[a-z0-9]+/g) ?? [fingerprint('slug', query).slice(0, 8)];
  return words.join('-').slice(0, 60);
}

function numberFrom(...parts: readonly string[]): number {
  return Buffer.from(fingerprint(...parts)).readUInt32BE(0);
}
