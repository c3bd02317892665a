/** What is wrong with the calls and results of a body, by the vendors' documentation: each call has its result right behind it. */
import type { Endpoint } from '../../src/canonical/protocol-id.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- foreign JSON, looked at by tests only
type Json = any;

/** A sentence each; empty for a body that an upstream takes. */
export function pairingBreaches(endpoint: Endpoint, text: string): readonly string[] {
  const body: Json = JSON.parse(text);
  return endpoint === '/v1/messages' ? messagesBreaches(body) : flatBreaches(stepsOf(endpoint, body));
}

interface Step {
  readonly call?: string;
  readonly result?: string;
  /** Words of somebody else than the model end the time in which results may come. */
  readonly ends: boolean;
}

function stepsOf(endpoint: Endpoint, body: Json): readonly Step[] {
  if (endpoint === '/responses')
    return body.input.map((item: Json): Step => {
      if (item.type === 'function_call') return { call: item.call_id, ends: false };
      if (item.type === 'function_call_output') return { result: item.call_id, ends: false };
      return { ends: item.role !== undefined && item.role !== 'assistant' };
    });
  return body.messages.flatMap((message: Json): Step[] => {
    if (message.role === 'tool') return [{ result: message.tool_call_id, ends: false }];
    return [{ ends: true }, ...(message.tool_calls ?? []).map(({ id }: Json) => ({ call: id, ends: false }))];
  });
}

function flatBreaches(steps: readonly Step[]): readonly string[] {
  const breaches: string[] = [];
  const seen = new Set<string>();
  let due = new Set<string>();
  for (const { call, result, ends } of [...steps, { ends: true }] as Step[]) {
    if (call !== undefined) {
      if (seen.has(call)) breaches.push(`the call ${call} is made twice`);
      seen.add(call);
      due.add(call);
    }
    if (result !== undefined && !due.delete(result)) breaches.push(`the result ${result} has no call before it`);
    if (!ends) continue;
    for (const id of due) breaches.push(`the call ${id} has no result`);
    due = new Set();
  }
  return breaches;
}

function messagesBreaches({ messages }: Json): readonly string[] {
  const breaches: string[] = [];
  let due: string[] = [];
  for (const { role, content } of [...messages, { role: 'user', content: [] }]) {
    const blocks: Json[] = Array.isArray(content) ? content : [{ type: 'text', text: content }];
    if (blocks.length === 0 && role !== 'user') breaches.push('a turn of nothing');
    if (blocks.some(({ type, text }) => type === 'text' && text === '')) breaches.push('an empty text');
    if (role === 'user') {
      const results = blocks.flatMap(({ type, tool_use_id: id }) => (type === 'tool_result' ? [id] : []));
      if (results.join() !== due.join()) breaches.push(`results ${results.join()} where ${due.join()} are due`);
      const words = blocks.findIndex(({ type }) => type !== 'tool_result');
      if (words >= 0 && words < results.length) breaches.push('words before the results');
      due = [];
      continue;
    }
    if (due.length > 0) breaches.push(`${due.join()} are due and somebody speaks`);
    due = blocks.flatMap(({ type, id }) => (type === 'tool_use' ? [id] : []));
  }
  if (messages[0]?.role !== 'user') breaches.push('the first turn is not of a user');
  return breaches;
}
