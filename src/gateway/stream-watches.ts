/** Chooses who follows a stream, and what keeps it open while nothing comes. */
import type { ProtocolId } from '../canonical/protocol-id.ts';
import { withAskedModel } from '../protocols/asked-model.ts';
import { createMessagesWatch } from '../protocols/anthropic-messages/stream-watch.ts';
import { createPatchedChatWatch } from '../protocols/openai-chat/patched-stream-watch.ts';
import { createChatWatch } from '../protocols/openai-chat/stream-watch.ts';
import { createResponsesWatch } from '../protocols/openai-responses/stream-watch.ts';
import type { StreamWatch } from '../protocols/protocol.ts';
import { mintId } from './mint-id.ts';
import type { ExchangePlan } from './plan-exchange.ts';
import { createReturnWatch, type AnswerPlace } from './return-way.ts';
import { withToolNames } from './restore-tool-names.ts';

export function createStreamWatch(plan: ExchangePlan, place: AnswerPlace): StreamWatch {
  if (plan.returnWay) return createReturnWatch(plan, plan.returnWay, place);
  return withToolNames(createWatch(plan, place.session), plan.endpoint, plan.toolNames);
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
        mintToolCallId: (index) => `call_${mintId(session, requestBytes, String(index))}`,
      });
    }
  }
}

/** Heartbeats by protocol; null where clients die of them (`decisions.md` 12). */
export const heartbeatOf: Readonly<Record<ProtocolId, string | null>> = {
  'openai-chat': ': keep-alive\n\n',
  'openai-completions': ': keep-alive\n\n',
  'openai-responses': ': keep-alive\n\n',
  'anthropic-messages': 'event: ping\ndata: {"type":"ping"}\n\n',
  gemini: null,
  ollama: null,
  'ollama-generate': null,
};
