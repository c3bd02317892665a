/** What broke a prompt's cache, before and after: held in memory alone, for the breaks of this run. */
import type { CacheBreak } from '../../../src/canonical/cache-finding.ts';
import type { ExchangeRecord } from '../../../src/canonical/exchange-record.ts';
import { counted } from '../format.ts';

interface BrokenBlockProps {
  readonly record: ExchangeRecord;
  readonly breaks: readonly CacheBreak[];
  /** In a list of calls it is opened by whoever wants to see it. */
  readonly isFolded?: boolean;
}

export function BrokenBlock({ record, breaks, isFolded = false }: BrokenBlockProps) {
  const broken = breakOf(record, breaks);
  if (broken === undefined || (broken.before === null && broken.after === null)) return null;
  // Of a block that breaks again and again the latest difference alone is held.
  const when = broken.exchangeId === record.id ? '' : ', when it broke last';
  const often = broken.count > 1 ? `, ${counted(broken.count, 'time')} in this session` : '';
  const excerpts = (
    <>
      {broken.before !== null && <Excerpt title={`Before${when}`} text={broken.before} />}
      {broken.after !== null && <Excerpt title={`After${when}`} text={broken.after} />}
    </>
  );
  if (!isFolded) return excerpts;
  return (
    <details>
      <summary>
        What changed{often}
        {when}
      </summary>
      {excerpts}
    </details>
  );
}

function breakOf({ id, model, cache }: ExchangeRecord, breaks: readonly CacheBreak[]): CacheBreak | undefined {
  if (cache?.alarm !== true) return undefined;
  return (
    breaks.find(({ exchangeId }) => exchangeId === id) ??
    breaks.find((one) => one.block === cache.block && one.cause === cache.cause && one.model === model)
  );
}

function Excerpt({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <div>
      <div class="label">{title}</div>
      <pre tabIndex={0}>{text}</pre>
    </div>
  );
}
