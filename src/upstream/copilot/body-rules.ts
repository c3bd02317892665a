/** What Copilot is known to refuse in a request, and the named edit that keeps each refusal from the user: in order. */
import { anyRules } from './body-rules/any-rules.ts';
import type { BodyRule } from './body-rules/body-rule.ts';
import { chatRules } from './body-rules/chat-rules.ts';
import { messagesFieldRules } from './body-rules/messages-fields.ts';
import { messagesThinkingRules } from './body-rules/messages-thinking.ts';
import { messagesTurnRules } from './body-rules/messages-turns.ts';
import { outputLimitRule } from './body-rules/output-limit.ts';
import { cacheMarkRules, stableBillingLine } from './body-rules/prompt-cache-rules.ts';
import { responsesRules } from './body-rules/responses-rules.ts';

export const bodyRules: readonly BodyRule[] = [
  ...anyRules,
  ...chatRules,
  ...responsesRules,
  stableBillingLine,
  ...messagesTurnRules,
  outputLimitRule('/v1/messages', ['max_tokens']),
  ...messagesThinkingRules,
  ...messagesFieldRules,
  ...cacheMarkRules,
];
