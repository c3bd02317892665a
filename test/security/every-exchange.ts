/** Drives a running proxy through exchanges of every kind with marked secrets in all places, and keeps the answers. */
import type { Fault } from '../../src/simulator/index.ts';
import { marked } from './marked-stage.ts';
import type { Stage } from './marked-stage.ts';

const chat = (content: string, over: object = {}) => ({
  model: 'gpt-4.1',
  messages: [{ role: 'user', content }],
  ...over,
});

/** One answer after another: served, refused, broken, to right keys and wrong ones. */
export async function everyExchange(url: string, { evidence, simulator }: Stage, furtherKey: string): Promise<void> {
  // A caller gets back what is its own.
  const own = ['prompt', 'answer'];
  async function ask(
    where: string,
    route: string,
    body: unknown,
    headers: Readonly<Record<string, string>>,
    allowed: readonly string[] = own,
  ) {
    const response = await fetch(url + route, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }).catch((reason: unknown) => reason);
    if (!(response instanceof Response)) return evidence.add(`failure of ${where}`, String(response));
    evidence.add(`head of ${where}`, JSON.stringify([...response.headers]));
    evidence.add(`body of ${where}`, await response.text().catch(String), allowed);
  }
  const arm = (fault: Fault) => simulator.addFault(fault);
  const key = { authorization: `Bearer ${marked.callerKey}` };
  const { prompt } = marked;

  const markers = { served: ['402', '500', '401', '403', 'reset'], streamed: ['429', 'cut 2', 'error 2', 'refuse'] };
  for (const stream of [false, true]) {
    await ask('chat', '/v1/chat/completions', chat(prompt, { stream }), key);
    await ask('responses', '/v1/responses', { model: 'gpt-6-luna', input: prompt, stream }, key);
    const messages = [{ role: 'user', content: prompt }];
    await ask(
      'messages',
      '/v1/messages',
      { model: 'claude-opus-5.5', max_tokens: 50, messages, stream },
      { 'x-api-key': furtherKey },
    );
    arm({ on: '/chat/completions', do: { kind: 'status', status: 200, ...markedAnswer(stream) } });
    await ask('a marked answer', '/v1/chat/completions', chat(prompt, { stream }), key);
    for (const marker of stream ? markers.streamed : markers.served)
      await ask(`[[sim:${marker}]]`, '/v1/chat/completions', chat(`${prompt} [[sim:${marker}]]`, { stream }), key);
  }
  // An upstream that quotes what it was sent.
  for (const status of [400, 401, 403, 500]) {
    const quoted = `Refused: Bearer ${marked.githubToken}; key ${marked.callerKey}; proxy ${marked.proxyPassword}`;
    arm({ on: '/chat/completions', times: 2, do: { kind: 'status', status, body: { error: { message: quoted } } } });
    await ask(`a quoting ${status}`, '/v1/chat/completions', chat(prompt), key);
    arm({ on: 'token', do: { kind: 'status', status, body: { message: quoted } } });
    await ask(`a quoting sign-in ${status}`, '/v1/chat/completions', chat(prompt), key);
  }
  simulator.revokeTokens();
  await ask('after a revocation', '/v1/chat/completions', chat(prompt), key);

  for (const wrong of [marked.wrongKey, marked.githubToken, `${marked.callerKey}x`, `Basic ${marked.wrongKey}`]) {
    await ask('a wrong bearer', '/v1/chat/completions', chat(prompt), { authorization: `Bearer ${wrong}` });
    await ask('a wrong x-api-key', '/v1/messages', chat(prompt), { 'x-api-key': wrong });
    await ask('a wrong x-goog-api-key', '/v1beta/models', undefined, { 'x-goog-api-key': wrong });
    await ask('a wrong ?key=', `/v1beta/models?key=${encodeURIComponent(wrong)}`, undefined, {});
    await ask('a wrong /k/', `/k/${encodeURIComponent(wrong)}/v1/models`, undefined, {});
  }
  await ask('a key in the path', `/k/${marked.callerKey}/v1/chat/completions`, chat(prompt), {});
  await ask('a key in the path of nothing', `/k/${marked.callerKey}/nowhere`, undefined, {});
  await ask('a further key in the path', `/k/${furtherKey}/v1/models`, undefined, {});
  await ask('a key in a query', `/v1/models?key=${marked.callerKey}&token=${marked.callerKey}`, undefined, key);
  await ask('a key in the Referer', '/v1/models', undefined, { ...key, referer: `${url}/k/${marked.callerKey}/x` });
  await ask('a key as user agent', '/v1/chat/completions', chat(prompt), { ...key, 'user-agent': marked.callerKey });
  await ask('a key as request id', '/v1/models', undefined, { ...key, 'x-request-id': marked.callerKey });
  await ask('a key as model', '/v1/chat/completions', chat(prompt, { model: marked.callerKey }), key, ['callerKey']);
  await ask('no JSON', '/v1/chat/completions', `{"messages":"${prompt}`, key);
  await ask('a prompt in a wrong place', '/v1/responses', { model: 'gpt-6-luna', input: { [prompt]: 1 } }, key);
  await ask('a web page', '/v1/chat/completions', chat(prompt), {
    ...key,
    origin: `https://${marked.wrongKey}.example`,
  });
  for (const route of ['/', '/healthz', '/readyz', '/v1/models', '/crossfeed/v1/status', '/token', '/metrics'])
    await ask(route, route, undefined, key);
}

function markedAnswer(stream: boolean): { readonly body: unknown; readonly contentType: string } {
  const base = { id: 'chatcmpl-1', created: 1, model: 'gpt-4.1' };
  if (!stream) {
    const message = { role: 'assistant', content: marked.answer };
    const choices = [{ index: 0, message, finish_reason: 'stop' }];
    return { contentType: 'application/json', body: { ...base, object: 'chat.completion', choices } };
  }
  const frame = (delta: object, finish: string | null) =>
    `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const body = `${frame({ role: 'assistant', content: marked.answer }, null)}${frame({}, 'stop')}data: [DONE]\n\n`;
  return { contentType: 'text/event-stream', body };
}
