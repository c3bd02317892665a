/** What a disputed point of the reference is: the question, the smallest request that decides it, and what is believed. */
import type { JsonObject } from '../canonical/json-value.ts';
import type { Model } from '../canonical/model.ts';
import type { ProxyError } from '../errors/proxy-error.ts';
import type { Look, LookReply } from '../upstream/upstream.ts';

/** One model call, and what it may take at most. */
export interface ProbeCall {
  readonly endpoint: '/chat/completions' | '/responses' | '/v1/messages';
  readonly model: Model;
  readonly body: JsonObject;
  readonly hasImages: boolean;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface ProbeAnswer {
  /** Of a 2xx, events and all. */
  readonly text: string;
  readonly error: ProxyError | null;
  readonly cacheReadTokens: number | null;
}

/** The seat, and the ways to ask it. */
export interface ProbeWorld {
  readonly models: readonly Model[];
  readonly road: 'direct' | 'exchanged' | null;
  /** `ghu_`, `gho_`, …; null where nobody knows. */
  readonly credentialKind: string | null;
  look(asked: Look): Promise<LookReply>;
  call(call: ProbeCall): Promise<ProbeAnswer>;
}

/** How one question was answered. Never a prompt, a token or an answer's text. */
export interface Evidence {
  readonly asked: string;
  readonly status: number | null;
  readonly code: string | null;
  /** The upstream's words of a refusal, or what was found in an answer. */
  readonly words: string | null;
}

export interface Observation {
  /** One of the point's words; null where it could not be decided. */
  readonly seen: string | null;
  /** Why it could not. */
  readonly why?: string;
  readonly evidence: readonly Evidence[];
}

export interface ProbePoint {
  readonly id: string;
  /** Where the reference speaks of it. */
  readonly section: string;
  readonly question: string;
  /** The request, in words. */
  readonly request: string;
  /** What the reference says. */
  readonly reference: string;
  /** What the simulator does; null where anything that is seen goes with it, and is only recorded. */
  readonly simulator: string | null;
  /** The model calls that decide it; empty where it costs nothing, a sentence where this seat cannot be asked. */
  plan(models: readonly Model[]): readonly ProbeCall[] | string;
  observe(world: ProbeWorld, calls: readonly ProbeCall[]): Promise<Observation>;
}

/** Where nothing was seen. */
export function undecided(why: string, evidence: readonly Evidence[] = []): Observation {
  return { seen: null, why, evidence };
}

/** An answer as evidence. */
export function evidenceOf(
  asked: string,
  { error }: Pick<ProbeAnswer, 'error'>,
  words: string | null = null,
): Evidence {
  if (error === null) return { asked, status: 200, code: null, words };
  return { asked, status: error.upstreamStatus ?? null, code: error.upstreamCode ?? error.code, words: error.message };
}

/** A reply to a look as evidence: of a 2xx its text is not kept. */
export function evidenceOfLook(asked: string, { status, text }: LookReply, words: string | null = null): Evidence {
  return { asked, status, code: null, words: words ?? (status >= 400 ? text : null) };
}
