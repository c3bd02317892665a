/** A GitHub Copilot for the tests of your own program: no login, no network, and bad days when you want them. */
import assert from 'node:assert/strict';
import { createSimulator, simulatedOauthToken } from 'crossfeed/simulator';

const simulator = createSimulator();
const { url } = await simulator.listen();

const ask = () =>
  fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${simulatedOauthToken}`,
      'content-type': 'application/json',
      'copilot-integration-id': 'vscode-chat',
      'x-github-api-version': '2026-08-01',
      'x-initiator': 'user',
      'accept-encoding': 'identity',
    },
    body: JSON.stringify({ model: 'gpt-5.2', messages: [{ role: 'user', content: 'Say hello.' }] }),
  });

const good = await ask();
assert.equal(good.status, 200);
console.log((await good.json()).choices[0].message.content);

// The next request is refused, in the words of the real one.
simulator.addFault({ on: '/chat/completions', do: { kind: 'status', status: 503, headers: { 'retry-after': '1' } } });
assert.equal((await ask()).status, 503);
assert.equal((await ask()).status, 200);

assert.equal(simulator.requestsTo('/chat/completions').length, 3);
console.log('what the real one would mind:', simulator.breaches);
await simulator.close();
