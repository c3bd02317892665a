/** `crossfeed capsule`: one exchange in a file of its own, without secrets and names. */
import { writeFile } from 'node:fs/promises';
import { systemClock } from '../../base/clock.ts';
import type { Capsule } from '../../canonical/capsule.ts';
import { ControlError } from '../../control/control-error.ts';
import { createRedactor } from '../../observability/redact.ts';
import { askProxy } from '../ask-proxy.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { createExchangeDesk } from '../exchange-desk.ts';
import { exitCode } from '../exit-code.ts';
import { knownSecrets } from '../known-secrets.ts';
import { withStore } from '../with-store.ts';

interface CapsuleOptions {
  readonly out?: string;
  readonly bodies: boolean;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .argument('<id>', 'the exchange, as x-crossfeed-exchange and `crossfeed logs --json` name it')
    .option('--out <file>', 'write it there; standard output without it')
    .option('--no-bodies', 'leave captured prompts and answers out')
    .addHelpText(
      'after',
      examples([
        ['crossfeed capsule cf-… --out call.json', 'record, edits, model and, where captured, the bodies'],
        ['crossfeed capsule cf-… --no-bodies', 'what may be shown to anybody'],
        ['crossfeed replay call.json', 'does the Crossfeed of today do the same?'],
      ]),
    )
    .action((id: string, options: CapsuleOptions) => run(writeCapsule(context, id, options)));
};

async function writeCapsule(context: CliContext, id: string, { out, bodies }: CapsuleOptions): Promise<void> {
  const capsule = await findCapsule(context, id, !bodies);
  if (capsule === null) {
    const name = createRedactor().redact(id);
    throw new CliError(exitCode.failure, `There is no exchange ${name}; \`crossfeed logs --json\` names them.`);
  }
  const text = `${JSON.stringify(capsule, null, 2)}\n`;
  if (capsule.bodies === null && bodies)
    context.stderr.write('Without prompts and answers: nothing was captured (`crossfeed capture --help`).\n');
  if (out === undefined) return void context.stdout.write(text);
  try {
    // What somebody asked is theirs alone, until they show it.
    await writeFile(out, text, { mode: 0o600 });
  } catch (cause) {
    throw new CliError(exitCode.failure, `${out} cannot be written.`, { cause });
  }
  context.stderr.write(`Written to ${out}. Look through it before you give it away.\n`);
}

/** The running proxy knows the model too. */
async function findCapsule(context: CliContext, id: string, withoutBodies: boolean): Promise<Capsule | null> {
  try {
    return await askProxy(context, 'capsule', { id, withoutBodies });
  } catch (thrown) {
    if (!(thrown instanceof ControlError && thrown.code === 'not_running')) throw thrown;
  }
  return withStore(context, { change: false }, async (store) => {
    const redactor = createRedactor(knownSecrets(context.env));
    const versions = { crossfeed: context.version, node: process.versions.node };
    const desk = createExchangeDesk({ store, proxy: null, redactor, versions, clock: systemClock });
    return desk.capsule({ id, withoutBodies });
  });
}
