/** The upstream rows of the fault catalogue as data: what the wire carries, and what every caller must get. */
import { connectionRows } from './connection.ts';
import { framingRows } from './framing.ts';
import { httpRows } from './http.ts';
import { payloadRows } from './payload.ts';
import { semanticsRows } from './semantics.ts';
import type { UpstreamRow } from './upstream-row.ts';

export const upstreamRows: readonly UpstreamRow[] = [
  ...framingRows,
  ...payloadRows,
  ...semanticsRows,
  ...httpRows,
  ...connectionRows,
];
