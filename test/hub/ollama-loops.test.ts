/** Ollama's own client in a tool loop, on each vendor's model: it keeps no seals and may keep no ids, and nobody minds. */
import { Ollama, type Message, type Tool, type ToolCall } from 'ollama';
import { expect, test } from 'vitest';
import { useProxy } from '../support/use-proxy.ts';

const proxy = useProxy();

const weather: Tool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Says the weather.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

const models = ['claude-opus-5.5', 'claude-sonnet-5.5', 'gpt-6-luna', 'gpt-4.1', 'gemini-3.8-flash', 'grok-4.7'];
const wishes = [undefined, true, false, 'high'] as const;
const ways: readonly (readonly [way: string, resultOf: (call: ToolCall & { id?: string }) => object, keep: boolean])[] =
  [
    ['by id', ({ id }) => ({ tool_call_id: id }), true],
    ['by name', (call) => ({ tool_name: call.function.name }), false],
    ['by order', () => ({}), false],
  ];

function clientOf(): Ollama {
  const { url, key } = proxy();
  return new Ollama({ host: url, headers: { Authorization: `Bearer ${key}` } });
}

test.each(models.flatMap((model) => wishes.map((think) => [model, think] as const)))(
  '%s with think %s calls, is answered, and goes on',
  async (model, think) => {
    const client = clientOf();
    for (const [way, resultOf, keepsIds] of ways) {
      const messages: Message[] = [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: 'Both. [[sim:tool get_weather {"city":"Köln"}]] [[sim:tool get_weather {"city":"東京"}]]',
        },
      ];
      const asked = { model, messages, tools: [weather], ...(think === undefined ? {} : { think }) };
      const { message } = await client.chat({ ...asked, stream: false });
      const calls = message.tool_calls ?? [];
      expect(calls.map((call) => call.function.arguments)).toEqual([{ city: 'Köln' }, { city: '東京' }]);
      const kept = keepsIds
        ? calls
        : calls.map(({ function: { name, arguments: told } }) => ({ function: { name, arguments: told } }));
      messages.push({ ...message, tool_calls: kept });
      for (const call of calls)
        messages.push({
          role: 'tool',
          content: `${way}: ${JSON.stringify(call.function.arguments)}`,
          ...resultOf(call),
        });
      let text = '';
      let reason: string | undefined;
      for await (const line of await client.chat({ ...asked, stream: true })) {
        text += line.message.content;
        if (line.done) reason = line.done_reason;
      }
      expect(text).not.toBe('');
      expect(reason).toBe('stop');
      messages.push({ role: 'assistant', content: text }, { role: 'user', content: 'And so?' });
      const last = await client.chat({ ...asked, stream: false });
      expect(last.message.content).toContain('And so?');
    }
  },
);
