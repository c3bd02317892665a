/** `POST /crossfeed/v1/preview` and `/estimate`: what a request would become and cost, without sending it. */
import type { Gateway, GatewayRequest } from '../gateway/gateway.ts';

/** As JSON text. */
export type DryAnswer = (gateway: Pick<Gateway, 'preview' | 'estimate'>, request: GatewayRequest) => Promise<string>;

export const dryAnswers: ReadonlyMap<string, DryAnswer> = new Map<string, DryAnswer>([
  [
    '/crossfeed/v1/preview',
    async (gateway, request) => {
      const { body, edits, ...before } = await gateway.preview(request);
      // The body as its own text: numbers and spacing are the ones that would go up.
      return `${JSON.stringify(before).slice(0, -1)},"body":${body},"edits":${JSON.stringify(edits)}}`;
    },
  ],
  ['/crossfeed/v1/estimate', async (gateway, request) => JSON.stringify(await gateway.estimate(request))],
]);
