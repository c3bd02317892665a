/** Lets no more than so many run at a time; who waits for longest is next. */
export function createTurns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let open = 0;
  return async (work) => {
    if (open >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else open += 1;
    try {
      return await work();
    } finally {
      // The place goes on, and is not free in between.
      const next = waiting.shift();
      if (next) next();
      else open -= 1;
    }
  };
}
