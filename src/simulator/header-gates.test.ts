import { expect, test } from 'vitest';
import { useSimulator } from '../../test/support/use-simulator.ts';
import { simulatedGithubToken, simulatedPatToken } from './index.ts';

const simulator = useSimulator();

const hello = { model: 'gpt-4.1', messages: [{ role: 'user', content: 'Hello' }] };
const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
const withImage = { model: 'gpt-4.1', messages: [{ role: 'user', content: [image] }] };

async function copilotToken(): Promise<string> {
  const headers = { authorization: `token ${simulatedGithubToken}` };
  const reply = await fetch(`${simulator().url}/copilot_internal/v2/token`, { headers });
  return ((await reply.json()) as { token: string }).token;
}

test('an exchanged token needs an editor and an integration', async () => {
  const authorization = `Bearer ${await copilotToken()}`;
  const { post } = simulator();
  const none = await post('/chat/completions', hello, { authorization });
  expect([none.status, await none.text()]).toEqual([400, 'bad request: missing Editor-Version header for IDE auth']);
  const odd = await post('/chat/completions', hello, { authorization, 'editor-version': 'notepad' });
  expect([odd.status, await odd.text()]).toEqual([400, 'bad request: unknown Editor-Version header for IDE auth']);
  const editor = { authorization, 'editor-version': 'vscode/1.124.2' };
  const lone = await post('/chat/completions', hello, { ...editor, 'copilot-integration-id': undefined });
  expect([lone.status, await lone.text()]).toEqual([400, 'bad request: missing Copilot-Integration-Id header']);
  expect((await post('/chat/completions', hello, editor)).status).toBe(200);
});

test.each([
  ['no bearer', { authorization: undefined }, 401, 'unauthorized: missing bearer token'],
  ['a bearer nobody issued', { authorization: 'Bearer tid=1' }, 401, 'unauthorized: token not recognized'],
  ['an unknown integration', { 'copilot-integration-id': 'mine' }, 400, 'bad request: unknown Copilot-Integration-Id'],
  ['an API version of tomorrow', { 'x-github-api-version': '2031-01-01' }, 404, 'invalid apiVersion'],
  [
    'a fine-grained token under an editor integration',
    { authorization: `Bearer ${simulatedPatToken}` },
    400,
    'checking third-party user token: bad request: Personal Access Tokens are not supported for this endpoint',
  ],
])('refuses %s', async (_, headers, status, text) => {
  const reply = await simulator().post('/chat/completions', hello, headers);
  expect([reply.status, await reply.text()]).toEqual([status, text]);
});

test('a fine-grained token passes under the integration of the CLI', async () => {
  const headers = { authorization: `Bearer ${simulatedPatToken}`, 'copilot-integration-id': 'copilot-developer-cli' };
  expect((await simulator().post('/chat/completions', hello, headers)).status).toBe(200);
});

test.each([
  ['in a chat message', '/chat/completions', withImage],
  [
    'in a tool result of Messages',
    '/v1/messages',
    {
      model: 'claude-opus-5.5',
      max_tokens: 100,
      messages: [
        { role: 'user', content: 'Look' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'see', input: {} }] },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 't1',
              content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } }],
            },
          ],
        },
      ],
    },
  ],
  [
    'in a Responses input',
    '/responses',
    {
      model: 'gpt-6-luna',
      input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'data:image/png;base64,AAAA' }] }],
    },
  ],
])('an image %s needs the vision header', async (_, path, body) => {
  const { post, simulator: running } = simulator();
  const refused = await post(path, body);
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain('missing required Copilot-Vision-Request header');
  const initiator = path === '/v1/messages' ? 'agent' : 'user';
  const seen = await post(path, body, { 'copilot-vision-request': 'true', 'x-initiator': initiator });
  expect(seen.status).toBe(200);
  expect(running.breaches.map((breach) => breach.rule)).toContain('vision-header-missing');
});

test.each([
  ['vision-header-needless', { 'copilot-vision-request': 'true' }],
  ['initiator-missing', { 'x-initiator': undefined }],
  ['initiator-forged', { 'x-initiator': 'agent' }],
  ['caller-credential-forwarded', { 'x-api-key': 'secret' }],
  ['accept-encoding', { 'accept-encoding': 'gzip' }],
  ['content-type', { 'content-type': 'text/plain' }],
])('notes %s and answers all the same', async (rule, headers) => {
  const { post, simulator: running } = simulator();
  expect((await post('/chat/completions', hello, headers)).status).toBe(200);
  expect(running.breaches.map((breach) => breach.rule)).toEqual([rule]);
});

test('a good request leaves no breach', async () => {
  const { post, simulator: running } = simulator();
  await post('/chat/completions', hello);
  expect(running.breaches).toEqual([]);
});

test.each([
  ['no JSON', '{'],
  ['an array', '[]'],
  ['nothing', ''],
  ['JSON nested beyond the stack', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
])('refuses %s without falling over', async (_, body) => {
  const { post } = simulator();
  expect((await post('/chat/completions', body)).status).toBe(400);
  expect((await post('/chat/completions', hello)).status).toBe(200);
});

test.each([
  ['an endpoint the model does not have', '/chat/completions', 'gpt-6.1-sol', 'unsupported_api_for_model'],
  ['an unknown model', '/chat/completions', 'gpt-99', 'model_not_supported'],
  ['a model switched off by policy', '/responses', 'gpt-6-astra', 'model_not_supported'],
  ['a model that is only listed', '/chat/completions', 'mai-code-1-flash', 'no_available_model_endpoints'],
])('refuses %s, as JSON that calls itself plain text', async (_, path, model, code) => {
  const reply = await simulator().post(path, { ...hello, model, input: 'Hello' });
  expect(reply.status).toBe(400);
  expect(reply.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(JSON.parse(await reply.text())).toMatchObject({ error: { code } });
});

test('every reply carries the request id of GitHub and echoes ours', async () => {
  const reply = await simulator().post('/chat/completions', hello, { 'x-request-id': 'mine-1' });
  expect(reply.headers.get('x-request-id')).toBe('mine-1');
  expect(reply.headers.get('x-github-request-id')).toMatch(/^SIM1:/);
});

test('a body above the limit is refused as too large', async () => {
  const reply = await simulator().post('/chat/completions', 'x'.repeat(65 * 1024 * 1024));
  expect([reply.status, await reply.text()]).toEqual([413, 'Request Entity Too Large']);
});
