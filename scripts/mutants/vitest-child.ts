/** One vitest that stays: told which tests to run, it says the first one that fails. A process of its own, to be killed where a change never ends. */
import { createVitest, type TestModule, type TestSpecification, type Vitest } from 'vitest/node';
import type { ChildAnswer, ChildQuestion } from './test-runner.ts';

const answer = (message: ChildAnswer) => process.send?.(message);

/** Quick tests first, as they are listed: vitest's own order is for whole runs. */
class AsListed {
  sort(specifications: TestSpecification[]): TestSpecification[] {
    return specifications;
  }
  shard(specifications: TestSpecification[]): TestSpecification[] {
    return specifications;
  }
}

const root = process.argv[2] ?? process.cwd();
const vitest: Vitest = await createVitest({
  root,
  watch: false,
  project: ['unit'],
  bail: 1,
  reporters: [{}],
  sequence: { sequencer: AsListed },
});
const listed = new Map((await vitest.globTestSpecifications()).map((one) => [one.moduleId, one]));

function firstFailure(modules: readonly TestModule[]): string | undefined {
  for (const module of modules) {
    for (const test of module.children.allTests('failed')) return `${module.relativeModuleId}: ${test.fullName}`;
    if (!module.ok()) return module.relativeModuleId;
  }
  return undefined;
}

/** It has its own words again. */
let changedBefore: string | undefined;

process.on('message', ({ changed, tests }: ChildQuestion) => {
  void (async () => {
    for (const file of [changedBefore, changed]) if (file !== undefined) vitest.invalidateFile(file);
    changedBefore = changed;
    // What failed with the last change would end this run before it begins.
    vitest.state.idMap.clear();
    vitest.state.filesMap.clear();
    const asked = tests.flatMap((test) => listed.get(test) ?? []);
    if (asked.length !== tests.length) return answer({ fault: `not all of ${tests.join(', ')} are tests` });
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(asked);
    const failed = firstFailure(testModules) ?? (unhandledErrors.length > 0 ? String(unhandledErrors[0]) : null);
    return answer({ failed, ran: testModules.filter((module) => module.ok()).length });
  })().catch((error: unknown) => answer({ fault: String(error) }));
});
process.on('disconnect', () => process.exit());
answer({ ready: true });
