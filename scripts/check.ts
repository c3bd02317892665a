/** `npm run check`: every check with its time in a short table, and what the failed ones said. */
import { checkSteps } from './check-steps.ts';
import { outputReport, resultLine, runSteps } from './steps.ts';

const results = await runSteps(checkSteps, 2, (result) => console.log(resultLine(result)));
const failed = results.filter(({ passed }) => !passed);
for (const result of failed) console.log(`\n${outputReport(result)}`);
console.log(failed.length === 0 ? 'all checks passed' : `failed: ${failed.map(({ name }) => name).join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
