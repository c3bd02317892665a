/** What `connect` has to know before it can plan: where the proxy runs, what the seat offers, who the user is. */
import { existsSync } from 'node:fs';
import { platform } from 'node:os';
import { chooseModels, namedModel } from '../connect/choose-models.ts';
import type { WantedModels } from '../connect/choose-models.ts';
import type { ConnectPlace, ToolKnowledge } from '../connect/tool-knowledge.ts';
import { askIfRunning, askProxy } from './ask-proxy.ts';
import type { CliContext } from './cli-context.ts';
import { CliError } from './cli-error.ts';
import { readDefaultKey } from './default-key.ts';
import { exitCode } from './exit-code.ts';

export interface PlaceOptions {
  readonly projectDir: string | null;
  readonly statusLine: boolean;
  readonly models: WantedModels;
  readonly account: string | undefined;
}

/** All of a place but the key. */
export type KeylessPlace = Omit<ConnectPlace, 'key'>;

/** Throws `CliError` where no proxy runs: only it knows the models of the seat. */
export async function connectPlace(
  context: CliContext,
  tool: ToolKnowledge,
  { projectDir, statusLine, models: wanted, account }: PlaceOptions,
): Promise<KeylessPlace> {
  const { url } = await running(context);
  const models = await askProxy(context, 'models', account === undefined ? {} : { account });
  const chosen = chooseModels(models, tool.vendor, wanted);
  const { big } = wanted;
  const { homedir, env } = context;
  return {
    url,
    // A seat without a model that works: the tool still gets what was named.
    models:
      chosen ??
      (big === undefined
        ? null
        : {
            big: namedModel(big),
            small: namedModel(wanted.small ?? big),
            background: namedModel(wanted.background ?? big),
            list: [],
          }),
    homedir,
    env,
    platform: platform(),
    projectDir,
    scratchDir: null,
    statusLine,
    codexCatalogue: tool.id === 'codex' ? await codexCatalogue(context, url) : null,
    exists: (file) => existsSync(file),
  };
}

async function running(context: CliContext) {
  const status = await askIfRunning(context, 'status', {});
  if (status !== null) return status;
  throw new CliError(
    exitCode.unavailable,
    'Crossfeed is not running, and only it knows the models of your seat: start it (`crossfeed`), then try again.',
  );
}

/** The list that it would answer Codex with. */
async function codexCatalogue(context: CliContext, url: string): Promise<string | null> {
  const { key } = await readDefaultKey(context);
  const reply = await fetch(`${url}/v1/models?client_version=1.0.0`, { headers: { authorization: `Bearer ${key}` } });
  if (!reply.ok) return null;
  return `${JSON.stringify(await reply.json(), null, 2)}\n`;
}
