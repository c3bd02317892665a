/** The Prometheus library: optional, and loaded only where figures are asked for. */
import type * as Library from '@prometheus-io/client';

export type Prometheus = typeof Library;
export type LoadPrometheus = () => Promise<Prometheus | null>;

/** Null where it is not installed. */
export const loadPrometheus: LoadPrometheus = async () => {
  try {
    return await import('@prometheus-io/client');
  } catch {
    return null;
  }
};
