#!/usr/bin/env node
/** The program's first file: looks at the Node below it before anything that an old one could not read is loaded. */
import { exitCode } from './exit-code.ts';
import { judgeNode } from './node-version.ts';

const verdict = judgeNode(process.versions.node);
if (verdict.kind !== 'fine') process.stderr.write(`crossfeed: ${verdict.message}\n`);

if (verdict.kind === 'too-old') {
  process.exitCode = exitCode.configuration;
} else {
  const { hideSqliteWarning, processContext } = await import('./process-context.ts');
  hideSqliteWarning();
  const context = processContext();
  // What is built stays as it is until the next version; a checkout changes.
  if (import.meta.url.endsWith('.js')) {
    const { keepCompiledCode } = await import('./compiled-code.ts');
    keepCompiledCode({ ...context, uid: process.getuid?.() });
  }
  const { runProgram } = await import('./program.ts');
  context.exit(await runProgram(process.argv.slice(2), context));
}
