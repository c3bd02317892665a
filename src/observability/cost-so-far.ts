/** What a call under way has taken so far: counted where the upstream said it, else guessed from its answer's bytes. */
import type { ModelPrices } from '../canonical/model.ts';
import type { Estimate } from '../canonical/spend.ts';
import type { ExchangeEvent } from './exchange-event.ts';

export interface SoFar {
  /** Null before the answer begins, and while no answer of such a kind has shown how many bytes a token takes. */
  readonly outputTokens: number | null;
  /** Whether the upstream said that count. */
  readonly isCounted: boolean;
  /** The prompt as expected, and the answer so far; null where a figure or the price is not known. */
  readonly soFarNanoAiu: number | null;
}

export interface CostSoFar {
  observe(event: ExchangeEvent): void;
  /** `counted`: what the upstream said of the answer's tokens; null for nothing. */
  of(id: string, responseBytes: number, counted: number | null): SoFar;
}

interface Call {
  /** Answers of one kind take alike many bytes a token. */
  readonly kind: string;
  readonly prices: ModelPrices | null;
  estimate: Estimate | null;
  isBegun: boolean;
  outputTokens: number;
}

/** Beyond it the oldest is forgotten: an end that never comes is a fault elsewhere and no leak here. */
const maxOpen = 20_000;
const maxKinds = 500;
/** Shorter answers are mostly their frame. */
const leastTokens = 20;
/** How much the latest answer says against those before it. */
const weight = 0.3;

export function createCostSoFar(): CostSoFar {
  const calls = new Map<string, Call>();
  const bytesPerToken = new Map<string, number>();

  function change(id: string, news: Partial<Call>): void {
    const call = calls.get(id);
    if (call !== undefined) Object.assign(call, news);
  }

  function learn({ kind, outputTokens }: Call, responseBytes: number): void {
    if (outputTokens < leastTokens || responseBytes === 0) return;
    const known = bytesPerToken.get(kind);
    const seen = responseBytes / outputTokens;
    if (known === undefined && bytesPerToken.size >= maxKinds) return;
    bytesPerToken.set(kind, known === undefined ? seen : known + weight * (seen - known));
  }

  return {
    observe(event) {
      switch (event.type) {
        case 'routed': {
          const { id, model, endpoint, lane, stream, prices } = event;
          const kind = `${model} ${endpoint} ${lane} ${stream}`;
          calls.set(id, { kind, prices, estimate: null, isBegun: false, outputTokens: 0 });
          for (const oldest of calls.keys()) {
            if (calls.size <= maxOpen) break;
            calls.delete(oldest);
          }
          return;
        }
        case 'estimated':
          return change(event.id, { estimate: event.estimate });
        case 'first-token':
          return change(event.id, { isBegun: true });
        case 'usage':
          return change(event.id, { outputTokens: event.usage.outputTokens ?? 0 });
        case 'ended': {
          const call = calls.get(event.id);
          if (call !== undefined && event.outcome === 'finished') learn(call, event.responseBytes);
          calls.delete(event.id);
          return;
        }
        default:
          return;
      }
    },

    of(id, responseBytes, counted) {
      const call = calls.get(id);
      if (call === undefined || !call.isBegun) return { outputTokens: null, isCounted: false, soFarNanoAiu: null };
      // Messages says 1 at its head, and the rest at its end.
      const isCounted = counted !== null && counted > 1;
      const rate = bytesPerToken.get(call.kind);
      const guessed = rate === undefined ? null : Math.round(responseBytes / rate);
      const outputTokens = isCounted ? counted : guessed;
      return { outputTokens, isCounted, soFarNanoAiu: outputTokens === null ? null : priceSoFar(call, outputTokens) };
    },
  };
}

/** What was expected, less what of the expected answer is not written. */
function priceSoFar({ estimate, prices }: Call, outputTokens: number): number | null {
  if (estimate === null || estimate.nanoAiu === null || prices === null) return null;
  const tier = (estimate.tier === 'long' ? prices.long : undefined) ?? prices.default;
  if (tier.outputNanoAiu === undefined) return null;
  const missing = ((estimate.outputTokens - outputTokens) * tier.outputNanoAiu) / prices.batchSize;
  return Math.max(0, Math.round(estimate.nanoAiu - missing));
}
