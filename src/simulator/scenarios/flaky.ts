/** A bad day: outages, cuts and limits one after the other, then all is well. */
import type { NamedScenario } from './named-scenario.ts';

const paths = ['/chat/completions', '/responses', '/v1/messages'];

export const flaky: NamedScenario = {
  what: 'every path first gives a 502 page, a reset, a cut, a 429 and a slow start; then all is well',
  faults: paths.flatMap((on) => [
    { on, do: { kind: 'refusal', name: 'outage' } as const },
    { on, skip: 1, do: { kind: 'reset' } as const },
    { on, skip: 2, do: { kind: 'cut', afterEvents: 4 } as const },
    { on, skip: 3, do: { kind: 'status', status: 429, headers: { 'retry-after': '1' } } as const },
    { on, skip: 4, do: { kind: 'slow-first-byte', delayMs: 2000 } as const },
  ]),
};
