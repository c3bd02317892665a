/** Columns over days, stacked by name, drawn by uPlot; the same figures stand in a table for whoever cannot see them. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { dayText } from '../format.ts';

export interface Series {
  readonly name: string;
  /** One for each time. */
  readonly values: readonly number[];
}

interface ChartProps {
  /** Seconds since the epoch, ascending. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly label: string;
  readonly form: 'stack' | 'line';
  readonly format: (value: number) => string;
}

const height = 240;
/** Told apart also by people who see few colours, in both schemes. */
const colors = ['#0f8a80', '#d97706', '#4f6bed', '#c2417c', '#6b8e23', '#8b5cf6', '#64748b', '#b45309'];

export const colorOf = (at: number): string => colors[at % colors.length] ?? '#64748b';

export function Chart({ times, series, label, form, format }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element || times.length === 0) return undefined;
    const soft = getComputedStyle(element).getPropertyValue('color');
    const lines = form === 'stack' ? stacked(series) : series.map(({ values }) => values);
    // The highest column is drawn first, and the lower ones before it.
    const order = form === 'stack' ? series.map((_, at) => series.length - 1 - at) : series.map((_, at) => at);
    const axis = { stroke: soft, grid: { stroke: 'rgba(128,128,128,0.18)' }, ticks: { show: false } };
    const paths = form === 'stack' && uPlot.paths.bars ? { paths: uPlot.paths.bars({ size: [0.7, 48] }) } : {};
    const chart = new uPlot(
      {
        width: element.clientWidth,
        height,
        legend: { show: false },
        cursor: { y: false },
        scales: { y: { range: (_chart, _low, high) => [0, high > 0 ? high * 1.08 : 1] } },
        axes: [
          { ...axis, values: (_chart, ticks) => ticks.map((tick) => dayText(tick * 1000)), space: 60 },
          { ...axis, size: 64, values: (_chart, ticks) => ticks.map(format) },
        ],
        series: [
          {},
          ...order.map((at) => ({
            label: series[at]?.name ?? '',
            stroke: colorOf(at),
            width: form === 'line' ? 2 : 0,
            ...(form === 'stack' ? { fill: colorOf(at) } : {}),
            points: { show: form === 'line' && times.length < 3 },
            ...paths,
          })),
        ],
      },
      [[...times], ...order.map((at) => [...(lines[at] ?? [])])],
      element,
    );
    const watcher = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      chart.destroy();
    };
  }, [times, series, form]);
  return (
    <figure class="chart">
      <div ref={place} role="img" aria-label={label} />
      {series.length > 1 && (
        <figcaption class="row">
          {series.map(({ name }, at) => (
            <span key={name} class="legend">
              <i style={{ background: colorOf(at) }} /> {name}
            </span>
          ))}
        </figcaption>
      )}
    </figure>
  );
}

/** Each series on top of those before it. */
function stacked(series: readonly Series[]): readonly (readonly number[])[] {
  const below: number[] = [];
  return series.map(({ values }) =>
    values.map((value, at) => {
      const top = (below[at] ?? 0) + value;
      below[at] = top;
      return top;
    }),
  );
}
