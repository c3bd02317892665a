/** Which of a model's endpoints a generation goes to. */
import { isClaude, type Model } from '../canonical/model.ts';
import type { Endpoint, ProtocolId } from '../canonical/protocol-id.ts';

export interface EndpointQuestion {
  readonly protocol: ProtocolId;
  readonly model: Model;
  /** What the configuration says for this model (`models.endpoints`); null for nothing. */
  readonly override: Endpoint | null;
  /** Endpoints that would drop something this request asks for. */
  readonly lossy: ReadonlySet<Endpoint>;
  /** Endpoints that refused this model though the catalogue lists them. */
  readonly refused: ReadonlySet<Endpoint>;
}

/** The endpoint that speaks a caller's own protocol; undefined where Copilot has none. */
export const endpointOf: Readonly<Partial<Record<ProtocolId, Endpoint>>> = {
  'openai-chat': '/chat/completions',
  'openai-responses': '/responses',
  'anthropic-messages': '/v1/messages',
};

const generative: readonly Endpoint[] = ['/v1/messages', '/responses', '/chat/completions'];

/**
 * The caller's own protocol before all, since then nothing is translated; then the one in which the model's vendor says most.
 * What is lossy or was refused comes last: better some loss, which is reported, than no answer. Undefined: none at all.
 */
export function chooseEndpoint(question: EndpointQuestion): Endpoint | undefined {
  const { model, override, lossy, refused } = question;
  const listed = preferred(question).filter((endpoint) => model.endpoints.includes(endpoint));
  if (override !== null && listed.includes(override)) return override;
  const open = listed.filter((endpoint) => !refused.has(endpoint));
  return open.find((endpoint) => !lossy.has(endpoint)) ?? open[0] ?? listed[0];
}

function preferred({ protocol, model }: EndpointQuestion): readonly Endpoint[] {
  const own = endpointOf[protocol];
  const vendors: readonly Endpoint[] = isClaude(model) ? ['/v1/messages'] : ['/responses'];
  return [...new Set([...(own === undefined ? [] : [own]), ...vendors, ...generative])];
}
