/** One small call in a tool's own protocol, with the tool's own key: does what was written work? */
import { numberOrNull, objectOf, parseJson } from '../canonical/json-value.ts';
import type { JsonObject } from '../canonical/json-value.ts';
import type { ToolProtocol } from '../connect/tool-knowledge.ts';
import { askDryAt } from './ask-dry.ts';

export interface CheckCall {
  readonly path: string;
  readonly body: JsonObject;
}

const text = 'Answer with the word ready.';
/** The least that every model takes: reasoning comes out of the same. */
const outputTokens = 64;

const calls: Readonly<Record<ToolProtocol, (model: string) => CheckCall>> = {
  messages: (model) => ({
    path: '/v1/messages',
    body: { model, max_tokens: outputTokens, messages: [{ role: 'user', content: text }] },
  }),
  responses: (model) => ({ path: '/v1/responses', body: { model, max_output_tokens: outputTokens, input: text } }),
  chat: (model) => ({
    path: '/v1/chat/completions',
    body: { model, max_tokens: outputTokens, messages: [{ role: 'user', content: text }] },
  }),
  gemini: (model) => ({
    path: `/v1beta/models/${model}:generateContent`,
    body: {
      contents: [{ role: 'user', parts: [{ text }] }],
      generationConfig: { maxOutputTokens: outputTokens },
    },
  }),
  ollama: (model) => ({
    path: '/api/chat',
    body: { model, stream: false, options: { num_predict: outputTokens }, messages: [{ role: 'user', content: text }] },
  }),
};

export function checkCall(protocol: ToolProtocol, model: string): CheckCall {
  return calls[protocol](model);
}

/** The most credits that it may cost; null where nobody knows. Nothing is sent to GitHub. */
export async function checkPrice(url: string, key: string, { path, body }: CheckCall): Promise<number | null> {
  try {
    const reply = await askDryAt(`${url}/crossfeed/v1/estimate`, key, {
      path,
      headers: {},
      body: JSON.stringify(body),
    });
    return reply.ok ? numberOrNull(objectOf(parseJson(await reply.text()))['mostCredits']) : null;
  } catch {
    return null;
  }
}

/** Null where it worked, else what the proxy said. */
export async function makeCheckCall(url: string, key: string, { path, body }: CheckCall): Promise<string | null> {
  try {
    const reply = await fetch(url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(checkTimeoutMs),
    });
    const answer = await reply.text();
    if (reply.ok) return null;
    const error = objectOf(parseJson(answer))['error'];
    const said = typeof error === 'string' ? error : objectOf(error)['message'];
    return typeof said === 'string' ? said : `the proxy answered ${reply.status}`;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : 'no answer';
  }
}

const checkTimeoutMs = 120_000;
