/** Sessions that are made up turn by turn, on the simulator's prompt cache, before a desk that knows nothing of how they are made. */
import { createEventBus } from '../../src/observability/event-bus.ts';
import type { CacheFinding } from '../../src/canonical/cache-finding.ts';
import type { Model } from '../../src/canonical/model.ts';
import type { Endpoint } from '../../src/canonical/protocol-id.ts';
import { createCacheDesk } from '../../src/gateway/prompt-cache/cache-desk.ts';
import { countTokens } from '../../src/simulator/billing.ts';
import { chatEndpoint } from '../../src/simulator/chat-reply.ts';
import { messagesEndpoint } from '../../src/simulator/messages-reply.ts';
import { createPromptCache, type PromptCache } from '../../src/simulator/prompt-cache.ts';
import { responsesEndpoint } from '../../src/simulator/responses-reply.ts';
import { createFakeClock } from './fake-clock.ts';
import { sampleModel } from './sample-model.ts';

export interface Said {
  readonly role: 'user' | 'assistant' | 'call' | 'result';
  readonly texts: readonly string[];
  /** Base64. */
  readonly image?: string;
}

export interface Talk {
  readonly tools: readonly { readonly name: string; readonly description: string }[];
  readonly system: readonly string[];
  readonly turns: readonly Said[];
}

export const wires = ['/v1/messages', '/chat/completions', '/responses'] as const;
export type Wire = (typeof wires)[number];

const prices = {
  batchSize: 1_000_000,
  default: {
    inputNanoAiu: 300e9,
    outputNanoAiu: 1_500e9,
    cacheReadNanoAiu: 30e9,
    cacheWriteNanoAiu: 375e9,
  },
};

export function modelOf(wire: Wire, id = 'm-one'): Model {
  const vendor = wire === '/v1/messages' ? 'Anthropic' : 'OpenAI';
  return sampleModel(id, { vendor, endpoints: [wire], prices });
}

const played = { '/v1/messages': messagesEndpoint, '/chat/completions': chatEndpoint, '/responses': responsesEndpoint };

export function bodyOf(wire: Wire, { tools, system, turns }: Talk): Record<string, unknown> {
  const parameters = { type: 'object', properties: { path: { type: 'string' } } };
  const mark = { cache_control: { type: 'ephemeral' } };
  switch (wire) {
    case '/v1/messages':
      return {
        tools: tools.map(({ name, description }) => ({ name, description, input_schema: parameters })),
        system: system.map((text, at) => ({ type: 'text', text, ...(at === system.length - 1 ? mark : {}) })),
        messages: turns.map((turn, at) => {
          const content = blocksOf(turn, at);
          // The marker wanders with the conversation.
          return {
            role: turn.role === 'assistant' || turn.role === 'call' ? 'assistant' : 'user',
            content:
              at === turns.length - 1
                ? content.map((block, end) => (end === content.length - 1 ? { ...block, ...mark } : block))
                : content,
          };
        }),
      };
    case '/chat/completions':
      return {
        tools: tools.map((tool) => ({ type: 'function', function: { ...tool, parameters } })),
        messages: [{ role: 'system', content: system.join('\n') }, ...turns.map(chatTurn)],
      };
    case '/responses':
      return {
        instructions: system.join('\n'),
        tools: tools.map((tool) => ({ type: 'function', ...tool, parameters, strict: false })),
        input: turns.map(inputItem),
      };
  }
}

function blocksOf({ role, texts, image }: Said, at: number): readonly object[] {
  const words = texts.map((text) => ({ type: 'text', text }));
  if (role === 'call') return [{ type: 'tool_use', id: `t${at}`, name: 'read', input: { path: texts.join('') } }];
  if (role === 'result') return [{ type: 'tool_result', tool_use_id: `t${at - 1}`, content: words }];
  const source = { type: 'base64', media_type: 'image/png', data: image };
  return image === undefined ? words : [...words, { type: 'image', source }];
}

function chatTurn({ role, texts, image }: Said, at: number): object {
  const text = texts.join('\n');
  const called = { name: 'read', arguments: JSON.stringify({ path: text }) };
  if (role === 'call')
    return { role: 'assistant', content: null, tool_calls: [{ id: `t${at}`, type: 'function', function: called }] };
  if (role === 'result') return { role: 'tool', tool_call_id: `t${at - 1}`, content: text };
  const url = `data:image/png;base64,${image}`;
  return image === undefined
    ? { role, content: text }
    : {
        role,
        content: [
          { type: 'text', text },
          { type: 'image_url', image_url: { url } },
        ],
      };
}

function inputItem({ role, texts, image }: Said, at: number): object {
  const text = texts.join('\n');
  if (role === 'call')
    return { type: 'function_call', call_id: `t${at}`, name: 'read', arguments: JSON.stringify({ path: text }) };
  if (role === 'result') return { type: 'function_call_output', call_id: `t${at - 1}`, output: text };
  const kind = role === 'user' ? 'input_text' : 'output_text';
  const image_url = `data:image/png;base64,${image}`;
  const content = [{ type: kind, text }, ...(image === undefined ? [] : [{ type: 'input_image', image_url }])];
  return { type: 'message', role, content };
}

/** As the desk is to call it. */
export function turnName(wire: Wire, { turns }: Talk, at: number): string {
  const role = turns[at]?.role ?? 'user';
  const isOurs = role === 'assistant' || role === 'call';
  if (wire === '/v1/messages') return `turn ${at} ${isOurs ? 'assistant' : 'user'}`;
  if (wire === '/chat/completions')
    return `turn ${at + 1} ${role === 'result' ? 'tool' : isOurs ? 'assistant' : 'user'}`;
  return `turn ${at} ${role === 'call' ? 'function_call' : role === 'result' ? 'function_call_output' : role}`;
}

export interface CallOptions {
  readonly model?: Model;
  /** The backend has lost everything. */
  readonly isLost?: boolean;
  readonly declared?: string;
  readonly session?: string;
}

/** One session with its cache. Each call answers what the desk found. */
export function createCacheWorld(wire: Wire) {
  const clock = createFakeClock();
  const found: CacheFinding[] = [];
  const events = createEventBus((thrown) => {
    throw thrown;
  });
  events.subscribe((event) => {
    if (event.type === 'cache') found.push(event.finding);
  });
  const told: string[] = [];
  const desk = createCacheDesk({ events, clock, onBreak: (_session, { block }) => told.push(block ?? 'backend') });
  let cache: PromptCache = createPromptCache();
  let lastMs = 0;
  let calls = 0;

  function call(talk: Talk, options: CallOptions = {}): CacheFinding | undefined {
    const { model = modelOf(wire), isLost = false, declared, session = 's1' } = options;
    if (isLost || clock.monotonic() - lastMs >= 5 * 60_000) cache = createPromptCache();
    lastMs = clock.monotonic();
    calls += 1;
    const id = `x${calls}`;
    const body = bodyOf(wire, talk);
    const endpoint: Endpoint = wire;
    const headers: Record<string, string> = declared === undefined ? {} : { 'x-interaction-type': declared };
    const plan = { model, endpoint, lane: 'raw' as const, body: Buffer.from(JSON.stringify(body)), headers };
    desk.sent(id, { session, keyId: 'k', plan });
    const text = played[wire].promptText(body);
    const prompt = countTokens(text);
    const known = Math.min(cache.readTokens(model.id, text), prompt - 1);
    const isClaude = wire === '/v1/messages';
    const read = isClaude ? known : prompt < 1_024 ? 0 : known - (known % 128);
    const written = isClaude ? Math.max(0, prompt - read - 4) : null;
    const before = found.length;
    events.publish({
      type: 'usage',
      id,
      at: clock.now(),
      usage: {
        inputTokens: prompt - read - (written ?? 0),
        cacheReadTokens: read,
        cacheWriteTokens: written,
        outputTokens: 10,
        reasoningTokens: null,
        costNanoAiu: null,
      },
    });
    return found.slice(before)[0];
  }

  return { call, clock, desk, told };
}
