/** A queue of several flows that take turns: first in, first out within a flow, and no flow starves another. */

export interface FairQueue<T> {
  readonly size: number;
  push(flow: string, item: T): void;
  /** Takes the first item whose flow is next and that `fits`; flows whose first item does not fit are passed over. */
  take(fits: (item: T) => boolean): T | undefined;
  /** Takes `item` out of its flow, wherever it stands. */
  remove(flow: string, item: T): void;
}

export function createFairQueue<T>(): FairQueue<T> {
  /** The order of the keys is the order of turns. An empty flow is no key. */
  const flows = new Map<string, T[]>();
  let size = 0;

  return {
    get size() {
      return size;
    },
    push(flow, item) {
      size += 1;
      const items = flows.get(flow);
      if (items) items.push(item);
      else flows.set(flow, [item]);
    },
    take(fits) {
      for (const [flow, items] of flows) {
        const [first] = items;
        if (first === undefined || !fits(first)) continue;
        items.shift();
        size -= 1;
        flows.delete(flow);
        if (items.length > 0) flows.set(flow, items);
        return first;
      }
      return undefined;
    },
    remove(flow, item) {
      const items = flows.get(flow) ?? [];
      const at = items.indexOf(item);
      if (at < 0) return;
      size -= 1;
      items.splice(at, 1);
      if (items.length === 0) flows.delete(flow);
    },
  };
}
