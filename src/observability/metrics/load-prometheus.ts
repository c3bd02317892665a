/** The Prometheus library: half the weight of a start, and loaded only where figures are asked for. */
import type * as Library from '@prometheus-io/client';

export type Prometheus = typeof Library;

export function loadPrometheus(): Promise<Prometheus> {
  return import('@prometheus-io/client');
}
