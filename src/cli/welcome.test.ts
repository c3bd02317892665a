/** The lines a person pastes, and the road in words. */
import { expect, test } from 'vitest';
import { plain } from '../observability/exchange-line.ts';
import { roadText, welcomeText } from './welcome.ts';

const url = 'http://127.0.0.1:4141';
const base = { version: '1.2.3', url, road: 'direct', paint: plain };

test('a person sees the key in each line', () => {
  const text = welcomeText({ ...base, key: 'my-own-keyring' });
  expect(text.match(/my-own-keyring/g)).toHaveLength(5);
  expect(text).toContain(`ANTHROPIC_BASE_URL=${url} ANTHROPIC_AUTH_TOKEN=my-own-keyring claude`);
  expect(text).toContain(`OPENAI_BASE_URL=${url}/v1 OPENAI_API_KEY=my-own-keyring`);
  expect(text).toContain(`curl ${url}/v1/models -H "Authorization: Bearer my-own-keyring"`);
});

test('a log sees the command that prints it, quoted for a shell', () => {
  const text = welcomeText({ ...base, key: null });
  expect(text).toContain('ANTHROPIC_AUTH_TOKEN="$(crossfeed keys show)" claude');
  expect(text).toContain('-H "Authorization: Bearer $(crossfeed keys show)"');
});

test("Ollama's port is named where there is one", () => {
  const text = welcomeText({ ...base, key: 'k', ollamaUrl: 'http://127.0.0.1:11434' });
  expect(text).toMatch(/as Ollama +http:\/\/127\.0\.0\.1:11434\n/);
  expect(welcomeText({ ...base, key: 'k', ollamaUrl: null })).not.toContain('Ollama');
});

test.each([
  [`${url}/ui/sign-in?code=abc`, `dashboard    ${url}/ui/sign-in?code=abc (opens once, within ten minutes)\n`],
  [null, 'dashboard    crossfeed ui\n'],
])('the dashboard of %s is named', (dashboard, words) => {
  expect(welcomeText({ ...base, key: null, dashboard })).toContain(words);
});

test('where no dashboard is served, none is named', () => {
  expect(welcomeText({ ...base, key: null })).not.toContain('dashboard');
});

test('with a model, the curl line asks it', () => {
  const text = welcomeText({ ...base, key: 'k', model: 'gpt-x' });
  const body = /-d '(.*)'/.exec(text)?.[1] ?? '';
  expect(JSON.parse(body)).toMatchObject({ model: 'gpt-x', stream: true });
});

test('what Codex is given is one line of TOML that names no key', () => {
  const provider = /-c 'model_providers\.crossfeed=(\{.*\})'/.exec(welcomeText({ ...base, key: 'secret-key' }))?.[1];
  expect(provider).toBe(`{name="Crossfeed",base_url="${url}/v1",env_key="CROSSFEED_API_KEY",wire_api="responses"}`);
});

test.each([
  [{ road: 'direct', credentialKind: 'github_pat_', apiOrigin: null }, /^direct: the github_pat_ token itself/],
  [
    { road: 'exchanged', credentialKind: 'ghu_', apiOrigin: 'https://api.x' },
    /^exchanged: the ghu_ .*https:\/\/api\.x/,
  ],
  [{ road: 'exchanged', credentialKind: 'other', apiOrigin: null }, /^exchanged: the GitHub token is/],
  [{ road: null, credentialKind: null, apiOrigin: null }, /^not known/],
] as const)('the road of %j', (upstream, words) => {
  expect(roadText(upstream)).toMatch(words);
});
