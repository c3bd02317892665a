/** Exchanges a page at a time: the next one when the end of the list is near, and what is new every few seconds. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ExchangeRecord } from '../../../src/canonical/exchange-record.ts';
import type { ExchangeSearch } from '../../../src/canonical/exchange-search.ts';
import { ask } from '../ask.ts';
import type { Loading } from './loaded.tsx';

export interface Pages {
  readonly rows: readonly ExchangeRecord[];
  /** Whether there may be more. */
  readonly hasMore: boolean;
}

interface State extends Pages {
  readonly next: number | null;
}

const pageRows = 100;
const lookEveryMs = 10_000;

export function usePages(search: Omit<ExchangeSearch, 'limit' | 'before'>): {
  readonly pages: Loading<Pages>;
  readonly more: () => void;
} {
  const [state, setState] = useState<State | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  const question = JSON.stringify(search);
  const current = useRef({ question, state, isLoading: false });
  if (current.current.question !== question) current.current = { question, state: null, isLoading: false };

  const keep = (asked: string, next: State) => {
    if (current.current.question !== asked) return;
    current.current.state = next;
    setState(next);
    setProblem(null);
  };
  const page = (asked: string, before?: number) =>
    ask('findExchanges', {
      ...(JSON.parse(asked) as typeof search),
      limit: pageRows,
      ...(before !== undefined && { before }),
    });
  const failed = (thrown: unknown) => setProblem(thrown instanceof Error ? thrown.message : 'It failed.');

  /** A page that looked for long may have found nothing: the search goes on until there is something to show. */
  async function load(asked: string) {
    const { current: place } = current;
    // The list may ask for the page before still, when another question stands already.
    if (place.question !== asked || place.isLoading || place.state?.next === null) return;
    place.isLoading = true;
    try {
      for (let found = 0; found < pageRows && place.state?.next !== null && current.current === place;) {
        const { rows, next } = await page(asked, place.state?.next);
        found += rows.length;
        keep(asked, { rows: [...(place.state?.rows ?? []), ...rows], next, hasMore: next !== null });
      }
    } catch (thrown) {
      if (current.current === place) failed(thrown);
    } finally {
      place.isLoading = false;
    }
  }

  /** What ended since then goes on top; where more than a page did, the list begins anew. */
  async function look(asked: string) {
    const known = current.current.state;
    if (known === null) return;
    try {
      const { rows, next } = await page(asked);
      const ids = new Set(known.rows.map(({ id }) => id));
      const fresh = rows.filter(({ id }) => !ids.has(id));
      const joins = fresh.length < rows.length || (rows.length === 0 && known.rows.length === 0);
      if (!joins) keep(asked, { rows, next, hasMore: next !== null });
      else if (fresh.length > 0) keep(asked, { ...(current.current.state ?? known), rows: [...fresh, ...known.rows] });
    } catch (thrown) {
      if (current.current.question === asked) failed(thrown);
    }
  }

  useEffect(() => {
    setState(null);
    setProblem(null);
    current.current.state = null;
    // Typing is not over with a letter.
    const first = setTimeout(() => void load(question), round === 0 && state === null ? 0 : 150);
    const timer = setInterval(() => void look(question), lookEveryMs);
    return () => {
      clearTimeout(first);
      clearInterval(timer);
    };
  }, [question, round]);

  return {
    pages: { value: state ?? undefined, problem, reload: () => setRound((one) => one + 1) },
    more: () => void load(question),
  };
}
