/** Crossfeed inside a program of your own: beside other pages of one server, with a limit, and an eye on every call. */
import http from 'node:http';
import { createProxy } from 'crossfeed';

// In earnest: a token of your own login, and no `upstream` settings. Here a simulator plays GitHub.
const { GITHUB_TOKEN = null, GITHUB_URL } = process.env;

const proxy = await createProxy({
  githubToken: GITHUB_TOKEN,
  apiKey: 'a-secret-for-the-callers',
  settings: {
    'limits.budgets': ['50 per day'],
    ...(GITHUB_URL && { 'upstream.githubUrl': GITHUB_URL, 'upstream.githubApiUrl': GITHUB_URL }),
  },
});

proxy.events.subscribe((event) => {
  if (event.type === 'usage') console.log(`${event.usage.outputTokens} tokens of output`);
});

// Everything below /ai/ is the proxy's: http://127.0.0.1:PORT/ai/v1 is a base URL for OpenAI's tools.
const server = http.createServer((request, response) => {
  if (request.url?.startsWith('/ai/')) {
    request.url = request.url.slice('/ai'.length);
    proxy.listener(request, response);
  } else response.end('My own page.\n');
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

const reply = await fetch(`http://127.0.0.1:${server.address().port}/ai/v1/chat/completions`, {
  method: 'POST',
  headers: { authorization: 'Bearer a-secret-for-the-callers', 'content-type': 'application/json' },
  body: JSON.stringify({ model: 'gpt-5.2', messages: [{ role: 'user', content: 'Say hello.' }] }),
});
console.log(reply.status, (await reply.json()).choices[0].message.content);

// Lets running answers end.
server.close();
await proxy.close();
