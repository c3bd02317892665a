/** Chooses who follows a stream, and what keeps it open while nothing comes. */
import { createHash } from 'node:crypto';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import { withAskedModel } from '../protocols/asked-model.ts';
import { createMessagesWatch } from '../protocols/anthropic-messages/stream-watch.ts';
import { createPatchedChatWatch } from '../protocols/openai-chat/patched-stream-watch.ts';
import { createChatWatch } from '../protocols/openai-chat/stream-watch.ts';
import { createResponsesWatch } from '../protocols/openai-responses/stream-watch.ts';
import type { StreamWatch } from '../protocols/protocol.ts';
import type { ExchangePlan } from './plan-exchange.ts';
import { withToolNames } from './restore-tool-names.ts';

export function createStreamWatch(plan: ExchangePlan, session: string): StreamWatch {
  return withToolNames(createWatch(plan, session), plan.endpoint, plan.toolNames);
}

function createWatch(plan: ExchangePlan, session: string): StreamWatch {
  const watch = protocolWatch(plan, session);
  if (!plan.streamRules.has('asked-model')) return watch;
  const asked = Buffer.from(plan.askedModel).toString('latin1');
  return withAskedModel(watch, asked, { once: plan.endpoint === '/v1/messages' });
}

function protocolWatch(plan: ExchangePlan, session: string): StreamWatch {
  switch (plan.endpoint) {
    case '/v1/messages':
      return createMessagesWatch();
    case '/responses':
      return createResponsesWatch({ stableItemIds: plan.streamRules.has('stable-item-ids') });
    case '/chat/completions':
    case '/embeddings': {
      const { streamRules } = plan;
      const requestBytes = plan.body.length;
      if (plan.lane === 'raw') return createChatWatch();
      return createPatchedChatWatch({
        withholdUsage: streamRules.has('withhold-usage'),
        mergeChoices: streamRules.has('merge-choices'),
        singleChoice: plan.singleChoice,
        mintToolCallId: (index) => `call_${mint(session, requestBytes, index)}`,
      });
    }
  }
}

/**
 * The same request gets the same id at the same place: random ids would break prompt caches and replays. A session's
 * requests grow, so their length tells them apart, and nobody has to keep the body for it.
 */
function mint(session: string, requestBytes: number, index: number): string {
  return createHash('sha256').update(`${session}\0${requestBytes}\0${index}`).digest('hex').slice(0, 24);
}

/** Heartbeats by protocol; null where clients die of them (`decisions.md` 12). */
export const heartbeatOf: Readonly<Record<ProtocolId, string | null>> = {
  'openai-chat': ': keep-alive\n\n',
  'openai-responses': ': keep-alive\n\n',
  'anthropic-messages': 'event: ping\ndata: {"type":"ping"}\n\n',
  gemini: null,
  ollama: null,
};
