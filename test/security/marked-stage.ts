/** A home, a simulated GitHub and an environment full of marked secrets; and the search for them afterwards. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { createSimulator, defaultScenario } from '../../src/simulator/index.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import { createEvidence } from '../support/evidence.ts';
import type { Evidence } from '../support/evidence.ts';
import { runToEnd } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Marked by value: some look like a secret, some like nothing at all. */
export const marked = {
  githubToken: 'ghu_CANARYofTheGithubToken0000000001',
  secondToken: 'github_pat_CANARYofTheSecondAccount0000000002',
  ghToken: 'gho_CANARYofTheGithubCli0000000000003',
  callerKey: 'canary caller key'.replaceAll(' ', '-') + '-0004',
  wrongKey: 'canary-wrong-key-0005',
  proxyPassword: 'canary-p4ssword-0006',
  prompt: 'CanaryPromptOfSomebody0007',
  answer: 'CanaryAnswerOfTheModel0008',
};

export interface Stage {
  readonly simulator: Simulator;
  readonly home: string;
  readonly outside: string;
  readonly evidence: Evidence;
  readonly env: Readonly<Record<string, string>>;
  /** Runs a command to its end and keeps what it said. `allowed` is what it prints by design. */
  readonly command: (
    args: readonly string[],
    more?: Readonly<Record<string, string>>,
    allowed?: readonly string[],
  ) => Promise<string>;
  /** Everything that Copilot tokens were seen to be, beside the marked ones. */
  readonly secrets: () => Readonly<Record<string, string>>;
}

export async function stage(): Promise<Stage> {
  const { githubToken, secondToken, ghToken } = marked;
  const simulator = createSimulator({
    scenario: {
      githubTokens: [githubToken, secondToken, ghToken],
      device: { ...defaultScenario.device, pendingPolls: 0, intervalS: 1 },
    },
  });
  const { url } = await simulator.listen();
  onTestFinished(() => simulator.close());
  const home = temporaryFolder();
  const outside = temporaryFolder();
  const evidence = createEvidence();
  const env = {
    PATH: `${fakePrograms(outside)}${path.delimiter}${process.env['PATH'] ?? ''}`,
    CROSSFEED_GITHUB_URL: url,
    CROSSFEED_GITHUB_API_URL: url,
    CROSSFEED_COPILOT_API_URL: url,
    CROSSFEED_API_KEY: marked.callerKey,
    // Of another machine, so that the simulator is still reached.
    HTTP_PROXY: `http://somebody:${marked.proxyPassword}@proxy.invalid:8080`,
  };
  return {
    simulator,
    home,
    outside,
    evidence,
    env,
    async command(args, more = {}, allowed = []) {
      const { out, err } = await runToEnd(home, args, { ...env, ...more });
      evidence.add(`stdout of ${args.join(' ')}`, out, allowed);
      evidence.add(`stderr of ${args.join(' ')}`, err);
      return out;
    },
    secrets() {
      const bearers = simulator.requests
        .map(({ headers }) => /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '')
        .filter((bearer) => bearer !== '' && !Object.values<string>(marked).includes(bearer));
      return {
        ...marked,
        ...Object.fromEntries([...new Set(bearers)].map((bearer, n) => [`Copilot token ${n}`, bearer])),
      };
    },
  };
}

/** A `gh` that hands out its token, and keeps what it was told: argument list and environment. */
function fakePrograms(folder: string): string {
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  const gh = path.join(bin, 'gh');
  writeFileSync(
    gh,
    `#!/bin/sh\n{ echo "$@"; env; } >> '${path.join(folder, 'children.txt')}'\nprintf %s%s gho_ CANARYofTheGithubCli0000000000003\n`,
  );
  chmodSync(gh, 0o755);
  return bin;
}
