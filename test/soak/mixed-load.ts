/** Calls of every kind that tools make, some of which go wrong: the same ones again by their seed. */
import type { Random } from '../fuzz/random.ts';

export interface SoakCall {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  /** `leave`: behind the first bytes; `slow`: reads a little at a time; `socket`: on a WebSocket. */
  readonly manner: 'read' | 'leave' | 'slow' | 'socket';
}

const models = ['claude-opus-5.5', 'claude-haiku-5.5', 'gpt-6-luna', 'gpt-5.2', 'gemini-3.8-flash'] as const;
const agents = ['claude-cli/2.1.330 (external, cli)', 'codex_cli_rs/0.169.0', 'opencode/1.9', 'GeminiCLI/0.30'];

/** What happens to a call, by the simulator's markers. */
const mishaps = [
  '[[sim:cut 3]]',
  '[[sim:cut 9]]',
  '[[sim:error 5]]',
  '[[sim:stall 4]]',
  '[[sim:500]]',
  '[[sim:503]]',
  '[[sim:529]]',
  '[[sim:reset]]',
  '[[sim:refuse]]',
  '[[sim:fault {"kind":"no-terminal"}]]',
  '[[sim:fault {"kind":"no-done"}]]',
  '[[sim:fault {"kind":"split-bytes","size":7}]]',
  '[[sim:fault {"kind":"crlf"}]]',
  '[[sim:fault {"kind":"inject","afterEvents":2,"text":": nothing\\n\\n"}]]',
];
const wishes = ['', '', '', '[[sim:think]]', '[[sim:long 400]]', '[[sim:long 60]] [[sim:slow 10]]'];
const tool = { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] };

/** Rarely: more than twenty a minute are taken for a seat that is refused, and no token is asked for until the next minute. */
const expiry = '[[sim:fault {"kind":"expire-tokens"}]]';

export function createLoad(random: Random): (serial: number) => SoakCall {
  const talks = Array.from({ length: 24 }, (_, index) => ({
    id: `talk-${index}`,
    agent: random.pick(agents),
    model: random.pick(models),
    system: `You work on project ${index}. ${'Keep to the rules of the house. '.repeat(20 + index * 8)}`,
    turns: [] as { readonly role: 'user' | 'assistant'; readonly content: string }[],
  }));

  return (serial) => {
    const talk = random.pick(talks);
    const leaves = random.once(12);
    const usual = leaves ? '[[sim:long 300]] [[sim:slow 10]]' : random.pick(random.once(5) ? mishaps : wishes);
    const marker = random.once(600) ? expiry : usual;
    if (talk.turns.length > 14) talk.turns.splice(0);
    if (talk.turns.length > 0) talk.turns.push({ role: 'assistant', content: `Step ${serial} is done.` });
    const said = `Do step ${serial} of ${talk.id}.`;
    const messages = [...talk.turns, { role: 'user' as const, content: `${said} ${marker}`.trim() }];
    talk.turns.push({ role: 'user', content: said });
    const last = messages.at(-1)?.content ?? '';
    const stream = leaves || !random.once(4);
    const manner = leaves ? 'leave' : random.once(10) ? 'slow' : 'read';
    const headers = { 'user-agent': talk.agent, 'x-session-id': talk.id };
    const { model, system } = talk;
    const call = (path: string, body: SoakCall['body'], how: SoakCall['manner'] = manner) => ({
      path,
      body,
      headers,
      manner: how,
    });
    switch (random.below(12)) {
      case 0:
        return call('/v1/embeddings', { model: 'text-embedding-3-small', input: [said, 'another row'] }, 'read');
      case 1:
        return call('/v1/messages/count_tokens', { model, messages }, 'read');
      case 2:
        return call('/v1/chat/completions', { model: 'no-such-model', messages }, 'read');
      case 3:
        return call('/v1/completions', { model, prompt: last, max_tokens: 400, stream });
      case 4:
        return call(`/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`, {
          systemInstruction: { parts: [{ text: system }] },
          contents: [{ role: 'user', parts: [{ text: last }] }],
        });
      case 5:
        return call('/api/chat', { model, stream, messages });
      case 6:
        return call('/v1/responses', { model, store: false, instructions: system, input: asInput(messages) }, 'socket');
      case 7:
      case 8:
        return call('/v1/responses', { model, stream, instructions: system, input: asInput(messages) });
      case 9:
      case 10:
        return call('/v1/messages', {
          model,
          max_tokens: 4_000,
          stream,
          system: [{ type: 'text', text: system, cache_control: { type: 'ephemeral' } }],
          messages,
          tools: [{ name: 'read_file', description: 'Reads a file.', input_schema: tool }],
        });
      default:
        return call('/v1/chat/completions', {
          model,
          stream,
          messages: [{ role: 'system', content: system }, ...messages],
        });
    }
  };
}

function asInput(messages: readonly { readonly role: string; readonly content: string }[]) {
  return messages.map((message) => ({ type: 'message', ...message }));
}
