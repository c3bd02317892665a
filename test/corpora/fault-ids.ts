/** The numbers of the fault catalogue: every case that a client, an upstream or the world can be. Numbers only. */

/** Inclusive ranges, as the catalogue has them: it leaves numbers out. */
const numbers = {
  /** What clients send. */
  B: [
    [1, 6],
    [8, 12],
    [14, 16],
    [18, 20],
    [22, 23],
    [25, 28],
    [30, 35],
    [37, 39],
    [41, 46],
    [48, 49],
    [51, 53],
    [55, 60],
    [62, 70],
    [72, 76],
    [78, 87],
    [89, 95],
    [97, 103],
    [105, 108],
    [110, 121],
  ],
  /** What upstreams answer. */
  U: [
    [1, 5],
    [7, 10],
    [12, 18],
    [20, 28],
    [30, 35],
    [37, 41],
    [43, 46],
    [48, 49],
    [52, 53],
    [55, 58],
    [60, 63],
    [65, 68],
    [70, 74],
    [76, 85],
    [87, 90],
    [92, 102],
    [104, 112],
    [114, 115],
  ],
  /** What happens to machine, network and process. */
  W: [
    [1, 2],
    [4, 40],
  ],
} as const;

export const faultIds: readonly string[] = Object.entries(numbers).flatMap(([kind, ranges]) =>
  ranges.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, at) => `${kind}-${String(from + at).padStart(3, '0')}`),
  ),
);
