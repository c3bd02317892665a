/** A conversation through a vendor's SDK, in words that all have: what a client says, and what it reads. */
import type { StartedProxy } from '../support/start-proxy.ts';

/** What upstreams speak. */
export type UpstreamFace = 'chat' | 'responses' | 'messages';
/** What callers speak. */
export type Face = UpstreamFace | 'gemini' | 'ollama';

export interface Offer {
  readonly model: string;
  readonly stream: boolean;
  /** What the tools are called; each takes a city. */
  readonly tools?: readonly string[];
  readonly thinks?: boolean;
  readonly schema?: Readonly<Record<string, unknown>>;
  /** Not on Responses, which has none. */
  readonly stop?: string;
  readonly maxTokens?: number;
  readonly system?: string;
}

export interface Said {
  readonly text: string;
  /** A red pixel beside it. */
  readonly image?: boolean;
}

export interface Result extends Said {
  readonly callId: string;
}

export interface Call {
  readonly id: string;
  readonly name: string;
  /** Parsed. */
  readonly input: unknown;
}

export interface Answer {
  readonly text: string;
  readonly thinking: string;
  readonly calls: readonly Call[];
  /** In the protocol's own word. */
  readonly finish: string;
  /** Cached input counted within the input, reasoning within the output, on every face. */
  readonly usage: {
    readonly input: number;
    /** Null where the protocol has no word for it. */
    readonly cached: number | null;
    readonly output: number;
  };
  readonly costNanoAiu: number | undefined;
  /** The exchange's id. */
  readonly exchange: string;
}

/** Each keeps the history as clients of its protocol do: what was answered goes back as it came. */
export interface Talk {
  say(said: Said): Promise<Answer>;
  giveResults(results: readonly Result[]): Promise<Answer>;
}

export type Door = Pick<StartedProxy, 'url' | 'key'>;

/** The SDKs show a reply's headers for some calls and not for others: here the last ones are kept. */
export function exchangeKeeper() {
  let exchange = '';
  const keep: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    exchange = response.headers.get('x-crossfeed-exchange') ?? '';
    return response;
  };
  return { fetch: keep, last: () => exchange };
}

/** GitHub's bill, which no SDK has a type for. */
export function billOf(value: object): number | undefined {
  return (value as { copilot_usage?: { total_nano_aiu?: number } }).copilot_usage?.total_nano_aiu;
}
