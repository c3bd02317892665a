/** `crossfeed doctor --live`: the smallest call to each model on each of its endpoints, after its price was agreed to. */
import { isReasoningGpt } from '../canonical/model.ts';
import type { Model } from '../canonical/model.ts';
import type { Finding } from '../doctor/check.ts';
import type { ProbeCall } from '../probe/probe-point.ts';
import { agreeToPrice } from './agree-to-price.ts';
import type { CliContext } from './cli-context.ts';
import { openDirectSeats } from './direct-seats.ts';
import { openProbe } from './probe-world.ts';

export interface LiveLook {
  readonly home: string;
  readonly agreed: boolean;
  readonly signal: AbortSignal;
}

const inputTokens = 12;
const outputTokens = 16;
const nanoPerCredit = 1e9;
const words = 'Say ok.';

type GeneratingEndpoint = ProbeCall['endpoint'];

const bodies: Readonly<Record<GeneratingEndpoint, (model: Model) => ProbeCall['body']>> = {
  '/chat/completions': (model) => ({
    model: model.id,
    stream: false,
    // OpenAI's reasoning models refuse the older name.
    [isReasoningGpt(model) ? 'max_completion_tokens' : 'max_tokens']: outputTokens,
    messages: [{ role: 'user', content: words }],
  }),
  '/responses': ({ id: model }) => ({
    model,
    stream: false,
    store: false,
    max_output_tokens: outputTokens,
    input: words,
  }),
  '/v1/messages': ({ id: model }) => ({
    model,
    max_tokens: outputTokens,
    messages: [{ role: 'user', content: words }],
  }),
};

/** The findings, and what was billed in credits; null where GitHub said no cost. */
export async function lookLive(
  context: CliContext,
  { home, agreed, signal }: LiveLook,
): Promise<{ readonly findings: readonly Finding[]; readonly credits: number | null }> {
  const seats = await openDirectSeats(context, home, { change: true });
  try {
    const accountName = seats.accountNames[0] ?? '';
    // Says how to sign in where nobody is.
    seats.seat(accountName);
    const opened = await openProbe({ proxy: seats.proxy, accountName }, signal, 'crossfeed-doctor');
    const calls = opened.world.models.flatMap(callsOf);
    await agreeToPrice(context, { calls, heading: 'Live: ', agreed });
    const findings: Finding[] = [];
    for (const call of calls) {
      if (signal.aborted || opened.blockedSince() !== null) {
        findings.push(finding(call, 'skipped', 'not asked: it was stopped', null));
        continue;
      }
      const { error } = await opened.world.call(call);
      findings.push(
        error === null
          ? finding(call, 'ok', 'answers', null)
          : finding(call, 'problem', error.message, 'This model cannot be asked there just now.'),
      );
    }
    const spent = opened.spent();
    return { findings, credits: spent === null ? null : spent / nanoPerCredit };
  } finally {
    await seats.close();
  }
}

function callsOf(model: Model): readonly ProbeCall[] {
  if (model.policyState !== 'enabled') return [];
  return model.endpoints
    .filter((endpoint): endpoint is GeneratingEndpoint => Object.hasOwn(bodies, endpoint))
    .map((endpoint) => ({
      endpoint,
      model,
      body: bodies[endpoint](model),
      hasImages: false,
      inputTokens,
      outputTokens,
    }));
}

function finding(call: ProbeCall, state: Finding['state'], seen: string, cause: string | null): Finding {
  const title = `${call.model.id} on ${call.endpoint}`;
  const cure = cause === null ? null : 'Another endpoint or model; `crossfeed models` lists them.';
  return { id: state === 'ok' ? 'live' : `live/${state}`, check: 'live', title, state, seen, cause, cure };
}
