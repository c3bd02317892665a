/** The GitHub token and the caller key as they come from the environment and from mounted files. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callerKeyFromEnvironment, newCallerKey } from './caller-key.ts';
import { findGithubToken } from './github-token.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'crossfeed-secrets-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileWith(text: string): Promise<string> {
  const file = path.join(folder, Buffer.from(text).toString('hex'));
  await writeFile(file, text);
  return file;
}

test.each([
  ['ours before all others', { CROSSFEED_GITHUB_TOKEN: 'ghu_ours', GH_TOKEN: 'gho_gh' }, 'CROSSFEED_GITHUB_TOKEN'],
  ['Copilot before the generic', { COPILOT_GITHUB_TOKEN: 'gho_c', GH_TOKEN: 'gho_gh' }, 'COPILOT_GITHUB_TOKEN'],
  ['GH_TOKEN before GITHUB_TOKEN', { GH_TOKEN: 'gho_gh', GITHUB_TOKEN: 'ghs_x' }, 'GH_TOKEN'],
  ['an empty variable is unset', { CROSSFEED_GITHUB_TOKEN: ' ', GITHUB_TOKEN: 'github_pat_x' }, 'GITHUB_TOKEN'],
  ['a generic one that cannot serve is passed over', { GH_TOKEN: 'ghp_x', GITHUB_TOKEN: 'gho_x' }, 'GITHUB_TOKEN'],
  ['nothing', {}, null],
])('%s', async (_, env, from) => {
  expect((await findGithubToken(env)).from).toBe(from);
});

test('a generic token that is passed over is told of, and its value is not', async () => {
  const found = await findGithubToken({ GH_TOKEN: 'ghp_secretsecret' });
  expect(found.token).toBeNull();
  expect(found.notices).toEqual([expect.stringMatching(/^GH_TOKEN is passed over.*classic/)]);
  expect(found.notices.join()).not.toContain('secretsecret');
});

test.each(['CROSSFEED_GITHUB_TOKEN', 'COPILOT_GITHUB_TOKEN'])('%s of an unusable kind refuses', async (name) => {
  const refusal = findGithubToken({ [name]: 'ghp_secretsecret', GH_TOKEN: 'gho_good' });
  await expect(refusal).rejects.toMatchObject({ exitCode: 78, message: expect.stringContaining(name) });
  await expect(refusal).rejects.not.toThrow('secretsecret');
});

test('a token comes from a file, with what editors leave in one', async () => {
  const file = await fileWith('\uFEFFghu_fromfile\r\n');
  const found = await findGithubToken({ CROSSFEED_GITHUB_TOKEN_FILE: file });
  expect(found).toEqual({ token: 'ghu_fromfile', from: 'CROSSFEED_GITHUB_TOKEN_FILE', notices: [] });
});

test.each([
  ['a file that is not there', () => path.join(folder, 'missing'), /cannot be read \(ENOENT\)/],
  ['an empty file', () => fileWith(' \n'), /is empty/],
  ['two lines', () => fileWith('ghu_a\nghu_b'), /characters that no token/],
])('%s is refused', async (_, file, message) => {
  const env = { CROSSFEED_GITHUB_TOKEN_FILE: await file() };
  await expect(findGithubToken(env)).rejects.toMatchObject({ exitCode: 78, message: expect.stringMatching(message) });
});

test.each([
  'your-api-key',
  'your-api-key-1',
  'YOUR_API_KEY_HERE',
  'sk-your-key',
  'your-secret-token',
  'changeme',
  'change-me',
  'replace_me',
  'xxxxxxxxxx',
  'sk-xxxxxxxx',
  'placeholder',
  'password1',
  '12345678',
  '<your-key>',
  'my-api-key',
  'short',
])('the key %s is refused', async (key) => {
  await expect(callerKeyFromEnvironment({ CROSSFEED_API_KEY: key })).rejects.toMatchObject({ exitCode: 78 });
});

test.each(['my-own-keyring', 'changemaker-42', 'test-key-1', 'aaaaaaab', 'sk-live-93847569384', newCallerKey()])(
  'the key %s is taken',
  async (key) => {
    expect(await callerKeyFromEnvironment({ CROSSFEED_API_KEY: key })).toBe(key);
  },
);

test('the variable wins over its file, and without both there is none', async () => {
  const file = await fileWith('key-from-file\n');
  expect(await callerKeyFromEnvironment({ CROSSFEED_API_KEY_FILE: file })).toBe('key-from-file');
  expect(await callerKeyFromEnvironment({ CROSSFEED_API_KEY_FILE: file, CROSSFEED_API_KEY: 'key-itself' })).toBe(
    'key-itself',
  );
  expect(await callerKeyFromEnvironment({})).toBeNull();
});

test('a key that no header can carry is refused', async () => {
  await expect(callerKeyFromEnvironment({ CROSSFEED_API_KEY: 'schlüssel-bund' })).rejects.toMatchObject({
    exitCode: 78,
  });
});

test('keys that are made differ, and look as the store expects', () => {
  expect(newCallerKey()).toMatch(/^cf_[A-Za-z0-9_-]{43}$/);
  expect(newCallerKey()).not.toBe(newCallerKey());
});
