/** Everything that must hold before a change is done: the steps of `npm run check`, which CI runs as well. */
import type { Step } from './steps.ts';

/** The longest first, so that the short ones run beside it. */
export const checkSteps: readonly Step[] = [
  {
    name: 'tests',
    command: ['vitest', 'run', '--project', 'unit', '--exclude', 'test/architecture/**'],
    timeoutMs: 600_000,
  },
  { name: 'architecture', command: ['vitest', 'run', '--project', 'unit', 'test/architecture'] },
  { name: 'format', command: ['oxfmt', '--check', '.'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'types of the page', command: ['tsc', '--noEmit', '-p', 'web'] },
  { name: 'unused code', command: ['knip', '--no-progress'] },
  { name: 'docs', command: ['node', 'scripts/check-docs.ts'] },
  { name: 'build', command: ['npm', 'run', '--silent', 'build'] },
  { name: 'package', command: ['publint', 'run', '--strict'], after: ['build'] },
];
