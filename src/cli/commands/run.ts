/** `crossfeed run`: a tool on the user's seat, this once: nothing is written into its settings. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { ensureHome, resolveHome } from '../../config/home.ts';
import { applyFileEdit } from '../../connect/file-change.ts';
import { pastNetworkProxy } from '../../connect/past-network-proxy.ts';
import type { ToolKnowledge } from '../../connect/tool-knowledge.ts';
import { toolAliases, toolIds } from '../../connect/tools.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { connectPlace } from '../connect-place.ts';
import { readDefaultKey } from '../default-key.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { takeFirstRunNotice } from '../first-run-notice.ts';
import { findTool } from '../find-tool.ts';
import { findProgram } from '../is-installed.ts';
import { makeKey } from '../key-maker.ts';
import { takeLease } from '../run-lease.ts';
import { proxyForRun } from '../run-proxy.ts';
import { runTool, toolEnvironment } from '../run-tool.ts';
import { tellServer, withStore } from '../with-store.ts';

interface RunOptions {
  readonly model?: string;
  readonly account?: string;
  readonly project?: string;
  readonly verbose?: true;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .argument('<tool>', `one of ${toolIds.join(', ')}; ${toolAliases.join(', ')} mean the same tools`)
    .argument('[args...]', 'what the tool gets, as you would type it')
    .passThroughOptions()
    .option('--model <id>', 'the model for the work; the best of its vendor without it')
    .option('--account <name>', 'the account that answers; that of new keys without it')
    .option('--project <name>', 'what its calls are booked under')
    .option('-v, --verbose', 'say what was started, and how long it took')
    .addHelpText(
      'after',
      examples([
        ['crossfeed run claude', 'Claude Code on your seat; the proxy is started if none runs'],
        ['crossfeed run codex exec "fix the tests"', 'with arguments of its own'],
        ['crossfeed run --model gpt-6-luna --project shop opencode', 'options of run stand before the tool'],
      ]),
    )
    .action((tool: string, args: readonly string[], options: RunOptions) =>
      run(runOnSeat(context, tool, args, options)),
    );
};

/** A key whose run was killed ends by itself. */
const keyLifeMs = 7 * 24 * 60 * 60 * 1000;

async function runOnSeat(
  context: CliContext,
  name: string,
  args: readonly string[],
  options: RunOptions,
): Promise<ExitCode> {
  const startedMs = systemClock.monotonic();
  const tool = findTool(name);
  const program = programOf(context, tool, name);
  if (options.model !== undefined && !/^[\w./:-]{1,200}$/.test(options.model))
    throw new CliError(exitCode.usage, '--model takes a model id; `crossfeed models` lists them.');
  const home = resolveHome(context.env, context.homedir);
  for (const warning of await ensureHome(home)) context.stderr.write(`crossfeed: ${warning}\n`);
  const lease = takeLease(home, context.pid);
  // Whoever presses Ctrl-C before the tool is there ends the run, and nothing stays behind.
  let canceled = false;
  const quiet = context.onSignal(() => (canceled = true));
  const closers: (() => Promise<unknown>)[] = [async () => lease.end()];
  try {
    const proxy = await proxyForRun(context, home, lease);
    closers.push(() => proxy.release());
    if (proxy.isOwn) await noticeOnce(context);
    const place = await connectPlace(context, tool, {
      projectDir: null,
      statusLine: false,
      models: { big: options.model },
      account: options.account,
    });
    const key = await keyFor(context, tool, options);
    closers.unshift(() => key.end());
    const plan = tool.plan({ ...place, key: key.key, scratchDir: lease.folder });
    for (const edit of plan.scratchFiles) {
      mkdirSync(path.dirname(edit.file), { recursive: true, mode: 0o700 });
      writeFileSync(edit.file, applyFileEdit(edit, null).text, { mode: 0o600 });
    }
    const { env } = context;
    const variables = { ...plan.variables, ...pastNetworkProxy({ env, url: place.url }) };
    for (const note of plan.runNotes) context.stderr.write(`crossfeed: ${note}\n`);
    if (canceled) return exitCode.interrupted;
    if (options.verbose) {
      const ms = Math.round(systemClock.monotonic() - startedMs);
      const how = proxy.isOwn ? 'a proxy of its own' : 'the proxy that runs';
      context.stderr.write(`crossfeed: ${tool.title} after ${ms} ms, on ${how} at ${place.url}\n`);
    }
    quiet();
    const code = await runTool(context, {
      program,
      args: [...plan.args, ...args],
      env: toolEnvironment(env, variables),
    });
    // The tool's own, whatever it is.
    return code as ExitCode;
  } finally {
    quiet();
    for (const close of closers)
      await close().catch((thrown: unknown) => {
        context.stderr.write(`crossfeed: Not everything could be tidied up (${String(thrown)}).\n`);
      });
  }
}

function programOf(context: CliContext, tool: ToolKnowledge, name: string): string {
  const names = [...new Set([...tool.binaries.filter((one) => one === name), ...tool.binaries])];
  const program = names.map((one) => findProgram(context, one)).find((one) => one !== undefined);
  if (program !== undefined) return program;
  if (tool.binaries.length === 0)
    throw new CliError(
      exitCode.usage,
      `${tool.title} has no program to start: \`crossfeed env ${tool.id}\` prints what it needs.`,
    );
  throw new CliError(exitCode.failure, `${tool.title} is not installed here: ${tool.install}`);
}

/** The risk, the first time that GitHub itself is asked. */
async function noticeOnce(context: CliContext): Promise<void> {
  const lines = await withStore(context, { change: true }, async ({ facts }) =>
    takeFirstRunNotice(facts, systemClock.now()),
  );
  for (const line of lines ?? []) context.stderr.write(`  ${line}\n`);
}

/** The default one; for an account or a project one of its own, which ends with the run. */
async function keyFor(context: CliContext, tool: ToolKnowledge, { account, project }: RunOptions) {
  if (account === undefined && project === undefined)
    return { key: (await readDefaultKey(context)).key, end: () => Promise.resolve() };
  const wanted = {
    label: `run/${tool.id}/${context.pid}`,
    account,
    project: project ?? null,
    models: null,
    expiresAt: systemClock.now() + keyLifeMs,
  };
  const { key, stored } = await withStore(context, { change: true }, async (store) => makeKey(store, wanted));
  await tellServer(context);
  return {
    key,
    async end() {
      await withStore(context, { change: false }, async (store) => store.callerKeys.revoke(stored.id));
      await tellServer(context);
    },
  };
}
