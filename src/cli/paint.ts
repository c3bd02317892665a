/** Colours for a terminal. */
import { plain } from '../observability/exchange-line.ts';
import type { Paint } from '../observability/exchange-line.ts';

const wrap = (open: number, close: number) => (text: string) => `\u001b[${open}m${text}\u001b[${close}m`;

const ansi: Paint = {
  green: wrap(32, 39),
  yellow: wrap(33, 39),
  red: wrap(31, 39),
  cyan: wrap(36, 39),
  dim: wrap(2, 22),
  bold: wrap(1, 22),
};

export function paintFor(colors: boolean): Paint {
  return colors ? ansi : plain;
}
