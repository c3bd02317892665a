/** `crossfeed capsule` and `crossfeed replay`, as they are typed: beside the proxy, and long after it. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runToEnd, startProgram } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('an exchange is packed, played again offline and against a proxy, and a planted difference is an exit code', async () => {
  const home = temporaryFolder();
  const { url } = await startProgram(home, ['--simulate'], { CROSSFEED_CAPTURE: 'true' });
  const key = (await runToEnd(home, ['keys', 'show'])).out.trim();
  const reply = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-6.1-sol', stream: true, messages: [{ role: 'user', content: 'Packen!' }] }),
  });
  expect(await reply.text()).toContain('[DONE]');
  const id = reply.headers.get('x-crossfeed-exchange') ?? '';
  const file = path.join(home, 'call.json');
  await expect
    .poll(async () => (await runToEnd(home, ['capture', 'list'])).out, { timeout: 20_000, interval: 500 })
    .toContain(id);

  expect(await runToEnd(home, ['capsule', id, '--out', file])).toMatchObject({ code: 0, out: '' });
  expect(statSync(file).mode & 0o077).toBe(0);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('Packen!');
  expect(text).not.toContain(key);
  expect((await runToEnd(home, ['capsule', id, '--no-bodies'])).out).not.toContain('Packen!');
  expect((await runToEnd(home, ['capsule', 'cf-none'])).code).toBe(1);

  const same = await runToEnd(home, ['replay', file]);
  expect(same.out).toMatch(/^What goes up is the same as then\.\nWhat comes down is the same as then\.$/m);
  expect(same.code).toBe(0);
  for (const against of [url, 'simulator'])
    expect(await runToEnd(home, ['replay', file, '--against', against])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^What goes up is the same as then\.$/m) as string,
    });

  const planted = path.join(home, 'planted.json');
  writeFileSync(planted, text.replaceAll('Packen!\\"', 'Gepackt!\\"').replace('Gepackt!', 'Packen!'));
  const other = await runToEnd(home, ['replay', planted]);
  expect(other.out).toMatch(/^What goes up is another thing than then:$/m);
  expect(other.out).toContain('"Gepackt!"');
  expect(other.code).toBe(1);
  expect(JSON.parse((await runToEnd(home, ['replay', planted, '--json'])).out)).toMatchObject({
    up: { kind: 'different' },
  });

  const newer = path.join(home, 'newer.json');
  writeFileSync(newer, text.replace('crossfeed-capsule/1', 'crossfeed-capsule/9'));
  const refused = await runToEnd(home, ['replay', newer]);
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.err).toMatch(/^crossfeed: This capsule .* newer Crossfeed.*\n$/);
  expect((await runToEnd(home, ['replay', path.join(home, 'none.json')])).code).toBe(2);
}, 120_000);
