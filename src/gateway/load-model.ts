/** Ollama's clients load and unload a model by asking it nothing: nothing is loaded anywhere, so that is said at once. */
import type { JsonObject } from '../canonical/json-value.ts';
import type { Model } from '../canonical/model.ts';
import type { Exchange } from './exchange.ts';
import type { InferenceRoute } from './gateway.ts';
import { utf8Text } from './latin1-view.ts';
import { endpointFor } from './plan-exchange.ts';
import { contentTypeOf } from './stream-framing.ts';

export interface Load {
  readonly route: InferenceRoute;
  readonly view: JsonObject;
  readonly model: Model;
  /** What the protocol says of it, with views. */
  readonly answer: JsonObject;
}

export function answerLoad(exchange: Exchange, { route, view, model, answer }: Load): void {
  const stream = view['stream'] === true;
  exchange.describe('translated', []);
  exchange.publish({
    type: 'routed',
    askedModel: utf8Text(String(view['model'])),
    model: model.id,
    endpoint: endpointFor(route),
    lane: 'translated',
    stream,
    initiator: 'user',
    kind: null,
    prices: model.prices ?? null,
  });
  exchange.publish({ type: 'admitted', waitedMs: 0 });
  exchange.publish({ type: 'first-token' });
  const reply = Buffer.from(`${JSON.stringify(answer)}\n`, 'latin1');
  exchange.sendHead(200, {
    'content-type': stream ? contentTypeOf.ndjson : 'application/json',
    'content-length': String(reply.length),
  });
  exchange.write(reply);
  exchange.finish(null, false);
}
