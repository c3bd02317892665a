/** A forecast in the words of `POST /crossfeed/v1/estimate`. */
import type { CallForecast } from './estimate-call.ts';
import type { EstimateAnswer } from './gateway.ts';

export function estimateAnswer(model: string, forecast: CallForecast): EstimateAnswer {
  const { inputTokens, cacheReadTokens, outputTokens, mostOutputTokens, tier, mostNanoAiu } = forecast.estimate;
  const { tierNanoAiu, warmNanoAiu, coldNanoAiu, idleMs } = forecast;
  return {
    model,
    inputTokens,
    cacheReadTokens,
    outputTokens,
    mostOutputTokens,
    tier,
    credits: { default: credits(tierNanoAiu.default), long: credits(tierNanoAiu.long) },
    warmCredits: credits(warmNanoAiu),
    coldCredits: credits(coldNanoAiu),
    mostCredits: credits(mostNanoAiu),
    idleSeconds: idleMs === null ? null : Math.round(idleMs / 1000),
  };
}

/** No estimate is exact to more than six places. */
function credits(nanoAiu: number | null): number | null {
  return nanoAiu === null ? null : Number((nanoAiu / 1e9).toFixed(6));
}
