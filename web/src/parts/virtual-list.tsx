/** A long table of which only the rows in sight are in the page. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

interface VirtualListProps<T> {
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  readonly head: ComponentChildren;
  readonly row: (row: T) => ComponentChildren;
  readonly columns: number;
  readonly rowHeight?: number;
  readonly label: string;
  /** Called when the end is near. */
  readonly onEnd?: () => void;
}

const spareRows = 12;

export function VirtualList<T>(props: VirtualListProps<T>) {
  const { rows, keyOf, head, row, columns, rowHeight = 38, label, onEnd } = props;
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ top: 0, height: 600 });

  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const measure = () => setPlace({ top: element.scrollTop, height: element.clientHeight });
    measure();
    element.addEventListener('scroll', measure, { passive: true });
    const watcher = new ResizeObserver(measure);
    watcher.observe(element);
    return () => {
      element.removeEventListener('scroll', measure);
      watcher.disconnect();
    };
  }, []);

  const first = Math.max(0, Math.floor(place.top / rowHeight) - spareRows);
  const last = Math.min(rows.length, Math.ceil((place.top + place.height) / rowHeight) + spareRows);
  useEffect(() => {
    if (last >= rows.length) onEnd?.();
  }, [last, rows.length]);

  return (
    <div class="virtual scroll" ref={box} tabIndex={0} role="region" aria-label={label}>
      <table aria-rowcount={rows.length}>
        <thead>
          <tr>{head}</tr>
        </thead>
        <tbody>
          {first > 0 && <Gap columns={columns} height={first * rowHeight} />}
          {rows.slice(first, last).map((one, at) => (
            <tr key={keyOf(one)} aria-rowindex={first + at + 1} style={{ height: `${rowHeight}px` }}>
              {row(one)}
            </tr>
          ))}
          {last < rows.length && <Gap columns={columns} height={(rows.length - last) * rowHeight} />}
        </tbody>
      </table>
    </div>
  );
}

function Gap({ columns, height }: { readonly columns: number; readonly height: number }) {
  return (
    <tr class="gap" aria-hidden="true">
      <td colSpan={columns} style={{ height: `${height}px`, padding: 0 }} />
    </tr>
  );
}
