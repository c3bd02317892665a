/** Results of a provider as entries of ours: plain text, bounded, each address once. */
import { objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { SearchEntry } from '../../canonical/web-search.ts';

const maxUrlLength = 2_000;
const maxTitleLength = 300;
const maxTextLength = 2_000;

/** Where a provider keeps what: texts are joined by line ends. */
export interface EntryMembers {
  readonly texts: readonly string[];
  /** The first that is there. */
  readonly age: readonly string[];
}

export function plainEntries(results: unknown, members: EntryMembers): readonly SearchEntry[] {
  const entries = new Map<string, SearchEntry>();
  for (const result of listOf(results)) {
    const entry = plainEntry(objectOf(result), members);
    if (entry !== null && !entries.has(entry.url)) entries.set(entry.url, entry);
  }
  return [...entries.values()];
}

function plainEntry(result: JsonObject, { texts, age }: EntryMembers): SearchEntry | null {
  const { url, title } = result;
  const page = pageOf(url);
  if (page === null) return null;
  const said = texts.flatMap((name) => listOf(result[name])).map((text) => plainText(text, maxTextLength));
  const text = said.filter((part) => part !== '').join('\n');
  return {
    url: page.href,
    title: plainTitle(title) || page.host,
    text: cut(text, maxTextLength),
    pageAge: age.map((name) => ageOf(result[name])).find((words) => words !== null) ?? null,
  };
}

/** Null for what no page has: another scheme, somebody's password before the host, more than an address. */
export function pageOf(url: unknown): URL | null {
  if (typeof url !== 'string' || url.length > maxUrlLength || !URL.canParse(url)) return null;
  const page = new URL(url);
  const isWeb = page.protocol === 'https:' || page.protocol === 'http:';
  return isWeb && page.username === '' && page.password === '' ? page : null;
}

/** One line. */
export function plainTitle(title: unknown): string {
  return plainText(title, maxTitleLength);
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" };

/** Without the marks that providers put around hits, and without anything that is no text. */
function plainText(value: unknown, maxLength: number): string {
  if (typeof value !== 'string') return '';
  const text = value
    .slice(0, maxLength * 4)
    .replaceAll(/<\/?(?:strong|b|em|mark)>/gi, '')
    .replaceAll(/&(amp|lt|gt|quot|#39|#x27);/gi, (_whole, name: string) => entities[name.toLowerCase()] ?? '')
    // Marks of direction would show an address as another one.
    .replaceAll(/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, '')
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return cut(text, maxLength);
}

/** No half character at its end. */
function cut(text: string, maxLength: number): string {
  const short = text.slice(0, maxLength);
  return /[\uD800-\uDBFF]$/.test(short) ? short.slice(0, -1).toWellFormed() : short.toWellFormed();
}

const days = new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' });

/** Dates in words, and words as they are. */
function ageOf(value: unknown): string | null {
  if (typeof value !== 'string' || value.trim() === '') return null;
  const time = /^\d{4}-\d\d-\d\d|^\w{3}, \d/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? plainText(value, 60) : days.format(time);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}
