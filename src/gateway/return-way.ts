/** The way back of a translated exchange: the upstream's stream in the caller's words. */
import { isClaude } from '../canonical/model.ts';
import type { RequestEdit } from '../canonical/request-edit.ts';
import type { StreamWatch } from '../protocols/protocol.ts';
import { restoreParts } from '../translation/adapt-request.ts';
import { sealEnvelope } from '../translation/sealed-envelope.ts';
import { createCheckedWatch } from './checked-watch.ts';
import { clientCodecs, upstreamCodecs } from './codecs.ts';
import { mintId } from './mint-id.ts';
import type { ExchangePlan } from './plan-exchange.ts';
import type { ReturnWay } from './translate-request.ts';
import { createTranslatingWatch } from './translating-watch.ts';
import { withCompaction } from './write-compaction.ts';

export interface AnswerPlace {
  readonly session: string;
  readonly createdAtS: number;
  readonly nowS?: () => number;
  readonly tookMs?: () => number;
  /** Told where the answer is kept: then its id is its own, also among equal requests. */
  readonly keptAs?: string | undefined;
  /** The id of a response that this answer is a part of. */
  readonly responseId?: string | undefined;
  /** Whether what we write is held to its protocol's grammar. */
  readonly checksGrammar: boolean;
  /** Takes note of what the answer had and the caller's protocol has not. */
  readonly report: (edit: RequestEdit) => void;
}

export function createReturnWatch(
  plan: Pick<ExchangePlan, 'endpoint' | 'body' | 'askedModel' | 'toolNames' | 'model' | 'writesSummary'>,
  way: ReturnWay,
  { session, createdAtS, nowS, tookMs, keptAs, responseId, checksGrammar, report }: AnswerPlace,
): StreamWatch {
  const callers = clientCodecs[way.client];
  const upstreams = upstreamCodecs[plan.endpoint];
  if (!callers || !upstreams) throw new Error(`nobody translates ${plan.endpoint} for ${way.client}`);
  // No closure below names the plan: its body would live as long as the answer.
  const requestBytes = plan.body.length;
  const { toolNames } = plan;
  const spreadsText = isClaude(plan.model);
  const model = Buffer.from(plan.askedModel).toString('latin1');
  const { restoration, request, owner } = way;
  const mint = (kind: string, index: number) =>
    kind === 'resp' && responseId !== undefined
      ? responseId.replace(/^resp_/, '')
      : mintId(session, requestBytes, kind === 'resp' && keptAs !== undefined ? keptAs : `${kind} ${index}`);
  const translating = createTranslatingWatch({
    createDecoder: (emit) =>
      upstreams.createStreamDecoder({ emit, mintCallId: (index) => `call_${mint('call', index)}`, spreadsText }),
    createEncoder: (write) =>
      callers.createStreamEncoder({
        write,
        model,
        createdAtS,
        ...(nowS && { nowS }),
        ...(tookMs && { tookMs }),
        mint,
        request,
        seal: (entries) => sealEnvelope(entries, owner),
        report,
      }),
    restore: (emit, onCut) => restoreParts(emit, restoration, toolNames, onCut),
  });
  const watch = plan.writesSummary ? withCompaction(translating) : translating;
  if (!checksGrammar) return watch;
  return createCheckedWatch(watch, callers.createGrammar(), (fault) =>
    report({ rule: 'grammar-fault', reason: `What was written breaks the grammar of ${way.client}: ${fault}.` }),
  );
}
