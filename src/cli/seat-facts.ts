/** What a status says beyond the proxy's own: how it presents itself to GitHub, and what it learned of it. */
import type { Config } from '../config/config.ts';
import type { ServerStatus } from '../control/contract.ts';
import type { ProxyStatus } from '../proxy.ts';
import { ruleText, type LearnedRule } from '../upstream/copilot/learned-rule.ts';
import { localTime } from './local-time.ts';

type Learned = Pick<ServerStatus, 'learned' | 'learnedRules'>;

export const nothingLearned: Learned = { learned: [], learnedRules: [] };

const dayMs = 24 * 60 * 60 * 1000;

export function seatFacts(
  config: Pick<Config, 'identity' | 'upstream'>,
  { upstream, learned: rules }: Pick<ProxyStatus, 'upstream' | 'learned'>,
): Pick<ServerStatus, 'identity'> & Learned {
  const [newest] = config.upstream.apiVersions;
  const versions =
    newest === undefined || upstream.apiVersion === newest
      ? []
      : [`GitHub refuses API versions newer than ${upstream.apiVersion} (${newest} was tried).`];
  const sentence = (rule: LearnedRule) =>
    `Rule ${rule.id}: ${ruleText(rule)}, until ${localTime(rule.learnedAt + config.upstream.learnedDays * dayMs)}.`;
  return { identity: config.identity, learned: [...versions, ...rules.map(sentence)], learnedRules: rules };
}
