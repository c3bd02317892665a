/** The named changes to a stream (or to a whole answer) that are armed before its head is sent. */
import { objectOf, type JsonObject } from '../canonical/json-value.ts';
import { isClaude, isOpenAi, type Model } from '../canonical/model.ts';
import type { Endpoint } from '../canonical/protocol-id.ts';
import type { NameRule } from '../routing/resolve-name.ts';

export type StreamRule = 'withhold-usage' | 'merge-choices' | 'mend-tool-calls' | 'stable-item-ids' | 'asked-model';

export interface ArmedRule {
  readonly name: StreamRule;
  readonly reason: string;
}

export interface StreamRuleInput {
  readonly endpoint: Endpoint;
  readonly view: JsonObject;
  readonly model: Model;
  /** What of the asked name led to the model. */
  readonly namedBy?: NameRule | 'alias';
  /** Whether the upstream is asked for a stream. */
  readonly stream: boolean;
  readonly disabledRules: ReadonlySet<string>;
}

interface RuleRow extends ArmedRule {
  armed(input: StreamRuleInput): boolean;
}

/** Whether one answer was asked for, as almost always. */
export function isSingleChoice(view: JsonObject): boolean {
  return view['n'] === undefined || view['n'] === null || view['n'] === 1;
}

const rows: readonly RuleRow[] = [
  {
    name: 'withhold-usage',
    reason: 'Usage is asked for on behalf of the ledger; the caller did not ask, and gets no chunk for it.',
    armed: ({ endpoint, view, stream }) =>
      endpoint === '/chat/completions' && stream && objectOf(view['stream_options'])['include_usage'] !== true,
  },
  {
    name: 'merge-choices',
    reason: 'Copilot spreads one Claude answer over several choices; clients read the first.',
    armed: ({ endpoint, view, model }) => endpoint === '/chat/completions' && isClaude(model) && isSingleChoice(view),
  },
  {
    name: 'mend-tool-calls',
    reason: 'Outside OpenAI, tool calls of a chat stream come with repeated ids and shared indices.',
    armed: ({ endpoint, view, model, stream }) =>
      endpoint === '/chat/completions' && stream && Array.isArray(view['tools']) && !isOpenAi(model),
  },
  {
    name: 'stable-item-ids',
    reason: 'Copilot names one item differently in each event; clients match events by id.',
    armed: ({ endpoint, stream }) => endpoint === '/responses' && stream,
  },
  {
    name: 'asked-model',
    reason: 'Clients know the model by the name that they asked for, so the answer carries that one.',
    armed: ({ namedBy = 'id' }) => namedBy !== 'id',
  },
];

export function streamRules(input: StreamRuleInput): readonly ArmedRule[] {
  return rows.filter((row) => !input.disabledRules.has(row.name) && row.armed(input));
}
