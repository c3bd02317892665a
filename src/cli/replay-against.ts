/** Asks a running Crossfeed, or one on the simulator, what it would send up for a capsule's request. */
import { randomBytes } from 'node:crypto';
import type { Capsule } from '../canonical/capsule.ts';
import { isObject, parseJson } from '../canonical/json-value.ts';
import { defaultConfig } from '../config/config.ts';
import { comparePreview } from '../replay/compare-preview.ts';
import type { Comparison } from '../replay/replay-capsule.ts';
import { withControls } from '../replay/replay-differences.ts';
import { askDryAt, refused } from './ask-dry.ts';
import type { CliContext } from './cli-context.ts';
import { CliError } from './cli-error.ts';
import { readDefaultKey } from './default-key.ts';
import { exitCode } from './exit-code.ts';

export async function replayAgainst(
  context: CliContext,
  capsule: Capsule,
  against: string,
  key: string | undefined,
): Promise<Comparison> {
  if (against === 'simulator') return onSimulator(context, capsule);
  if (!/^https?:\/\//.test(against) || !URL.canParse(against))
    throw new CliError(exitCode.usage, '--against takes http://…, https://… or: simulator.');
  return askedAt(new URL(against).origin, key ?? (await readDefaultKey(context)).key, capsule);
}

async function onSimulator(context: CliContext, capsule: Capsule): Promise<Comparison> {
  const { launch } = await import('./launch.ts');
  const apiKey = randomBytes(24).toString('base64url');
  const server = { ...defaultConfig.server, port: 0, dashboard: false };
  const launched = await launch({
    context,
    home: null,
    config: { ...defaultConfig, server, log: { ...defaultConfig.log, level: 'error' } },
    configFile: null,
    apiKey,
    accounts: () => Promise.resolve([]),
    simulate: {},
  });
  try {
    return await askedAt(launched.url, apiKey, capsule);
  } finally {
    await launched.closeNow();
  }
}

async function askedAt(url: string, key: string, capsule: Capsule): Promise<Comparison> {
  const { record, bodies } = capsule;
  if (bodies === null) return { kind: 'unknown', why: 'The capsule has no bodies.' };
  if (bodies.request.isCut) return { kind: 'unknown', why: 'The request was cut when it was captured.' };
  const headers = record.client === '' ? {} : { 'user-agent': record.client };
  const body = withControls(bodies.request.text);
  const reply = await askDryAt(`${url}/crossfeed/v1/preview`, key, { path: record.route, headers, body });
  const answer = parseJson(await reply.text());
  if (!reply.ok || !isObject(answer)) throw refused(reply.status, answer);
  return comparePreview(capsule, answer);
}
