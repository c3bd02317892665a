/** What the cases of the Open Responses compliance suite ask, in words of our own, and how an answer is read. */
import { createParser } from 'eventsource-parser';
import { expect } from 'vitest';
import { createResponsesGrammar } from '../../src/protocols/openai-responses/grammar.ts';
import type { StartedProxy } from '../support/start-proxy.ts';
import { eventFaults, type Json } from './resource-faults.ts';

/** One whose endpoint is the caller's, so that its bytes pass as they are; two that are translated. */
export const models = ['gpt-6.1-sol', 'claude-sonnet-5.5', 'gemini-3.8-flash'] as const;

export const said = (role: string, content: unknown, rest: object = {}) => ({
  type: 'message',
  role,
  content,
  ...rest,
});
export const user = (content: unknown) => said('user', content);

export const weather = {
  type: 'function',
  name: 'get_weather',
  description: 'Tells the weather of a place.',
  parameters: { type: 'object', properties: { location: { type: 'string' } }, required: ['location'] },
};
export const askWeather = 'How is it in Bergen? [[sim:tool get_weather {"location":"Bergen"}]]';

export async function post({ url, key }: StartedProxy, body: object, path = '/v1/responses'): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
}

/** The answer in one piece. */
export async function answerTo(proxy: StartedProxy, body: object, path?: string): Promise<Json> {
  const response = await post(proxy, body, path);
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  expect(response.status).toBe(200);
  return response.json();
}

/** The events of the answer, which name themselves alike on both lines and end by themselves. */
export async function eventsOf(proxy: StartedProxy, body: object): Promise<Json[]> {
  const response = await post(proxy, { ...body, stream: true });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const events: Json[] = [];
  const parser = createParser({
    onEvent({ event, data }) {
      if (data === '[DONE]') return;
      const payload: Json = JSON.parse(data);
      expect(event).toBe(payload.type);
      events.push(payload);
    },
  });
  parser.feed(await response.text());
  return events;
}

/** Holds events to their forms, to their order, and to each other; gives the response that they end with. */
export function endOf(events: readonly Json[]): Json {
  expect(events.flatMap(eventFaults)).toEqual([]);
  const grammar = createResponsesGrammar();
  expect(events.map((event) => grammar.push(event)).filter((fault) => fault !== null)).toEqual([]);
  expect(grammar.end()).toBeNull();
  const last = events.at(-1);
  expect(last.type).toBe('response.completed');
  return last.response;
}

export const typesIn = ({ output }: Json): string[] => output.map(({ type }: Json) => type);

export const textIn = ({ output }: Json): string =>
  output.flatMap(({ content = [] }: Json) => content.map(({ text = '' }: Json) => text)).join('');

/** The latest body that went up, as text. */
export const sentUp = ({ simulator }: StartedProxy): string => String(simulator.requests.at(-1)?.body);
