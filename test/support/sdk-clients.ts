/** The vendors' own SDKs, pointed at a proxy as their users would do it. */
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import type { StartedProxy } from './start-proxy.ts';

type Door = Pick<StartedProxy, 'url' | 'key'>;

/** Retries are off unless a test asks for them: a hidden second try would hide a fault. */
export function openai({ url, key }: Door, maxRetries = 0): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries });
}

export function anthropic({ url, key }: Door, maxRetries = 0): Anthropic {
  return new Anthropic({ baseURL: url, authToken: key, apiKey: null, maxRetries });
}

export function google({ url, key }: Door): GoogleGenAI {
  return new GoogleGenAI({ vertexai: false, apiKey: key, httpOptions: { baseUrl: url } });
}

export function ollama({ url, key }: Door): Ollama {
  return new Ollama({ host: url, headers: { authorization: `Bearer ${key}` } });
}

/** A red square of one pixel: the smallest image that every decoder takes. */
export const pixelPng =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';

/** What a structured answer must look like in these tests. */
export const citySchema = {
  type: 'object',
  properties: { city: { type: 'string' }, population: { type: 'integer' }, capital: { type: 'boolean' } },
  required: ['city', 'population', 'capital'],
  additionalProperties: false,
} as const;

export interface City {
  readonly city: string;
  readonly population: number;
  readonly capital: boolean;
}

/** The JSON schema of a tool's parameters in these tests. */
export const weatherSchema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
} as const;
