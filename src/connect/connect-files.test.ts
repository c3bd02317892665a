/** Connect, use, disconnect: every file byte for byte as it was, for every tool, however odd the file. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { planFiles, takeFilesBack, writeFiles } from './connect-files.ts';
import { connectedTools } from './connected-tools.ts';
import { readRecord, recordFolder } from './connect-record.ts';
import { namedModel } from './choose-models.ts';
import type { ConnectPlace, FileEdit, ToolKnowledge } from './tool-knowledge.ts';
import { resolveTool, tools } from './tools.ts';

const key = 'cf_the-key-of-this-test-0123456789';
const model = { ...namedModel('claude-opus-5.5'), contextTokens: 264_000, promptTokens: 200_000, outputTokens: 64_000 };

function placeIn(homedir: string, over: Partial<ConnectPlace> = {}): ConnectPlace {
  return {
    url: 'http://127.0.0.1:4141',
    key,
    models: { big: model, small: model, background: namedModel('gpt-6-luna'), list: [model] },
    homedir,
    env: {},
    platform: 'linux',
    projectDir: null,
    scratchDir: null,
    statusLine: true,
    codexCatalogue: '{ "models": [] }\n',
    exists: existsSync,
    ...over,
  };
}

function rig() {
  const homedir = join(temporaryFolder(), 'home of somebody');
  mkdirSync(homedir, { recursive: true });
  const crossfeedHome = join(homedir, '.crossfeed');
  const place = (over: Partial<ConnectPlace> = {}) => placeIn(homedir, over);
  const connect = async (tool: ToolKnowledge, over: Partial<ConnectPlace> = {}) => {
    const { files } = tool.plan(place(over));
    const projectDir = over.projectDir ?? null;
    const folder = recordFolder(crossfeedHome, tool.id, projectDir);
    const planned = await planFiles(files, folder, await readRecord(folder));
    const made = { keyId: 'key-1', keyLabel: `connect/${tool.id}`, connectedAt: 1 };
    await writeFiles(planned, { crossfeedHome, key, tool: tool.id, projectDir, url: place().url, ...made });
    return files;
  };
  const disconnect = (tool: ToolKnowledge, projectDir: string | null = null) =>
    takeFilesBack(crossfeedHome, tool.id, projectDir);
  return { homedir, crossfeedHome, place, connect, disconnect };
}

const written = tools.filter((tool) => tool.plan(placeIn('/nowhere')).files.length > 0);

/** What a file of that format may look like before, each in a way that tools and people leave them. */
const odd: Readonly<Record<FileEdit['format'], Readonly<Record<string, string>>>> = {
  json: {
    'with comments and a trailing comma': '{\n  // mine\n  "theme": "dark", /* b */\n  "list": [1,2 , 3,],\n}\n',
    'on one line, without an end': '{"theme":"dark","n":1}',
    'with tabs and CRLF': '{\r\n\t"theme" : "dark" ,\r\n\t"x": { }\r\n}\r\n',
    'with a byte order mark': '\uFEFF{ "theme": "dark" }\n',
    empty: '',
    'nothing but a comment': '// nothing yet\n',
    'an empty object': '{}',
  },
  jsonc: { 'a comment at each end': '// first\n{\n    "theme": "dark" // t\n    // last\n}\n// end' },
  toml: {
    'with comments and tables': '# mine\nmodel = "o3" # was\n\n[features]\nplugins = false\n\n[[rows]]\nn = 1\n',
    'with CRLF, without an end': '#:schema x\r\nmodel="o3"\r\n[tui]\r\nnotifications = true',
    'with a byte order mark': '\uFEFFmodel = "o3"\n',
    'with dotted keys and long strings': 'a.b = """\nmodel = "no"\n"""\nmodel_providers.mine.name = "x"\n',
    empty: '',
  },
  yaml: {
    'with comments and a list':
      '# mine\nname: x\nversion: 0.0.1 # v\nmodels:\n  # first\n  - name: a\n    model: b\nrules: [a]\n',
    'with CRLF, without an end': 'name: x\r\nmodels:\r\n- name: a',
    empty: '',
  },
  env: {
    'with comments': '# mine\nexport OTHER="a b" # c\n\nGEMINI_API_KEY=old\nLAST=1',
    'with CRLF': 'A=1\r\nB=2\r\n',
    empty: '',
  },
  own: {},
};
const oddRows = written.flatMap((tool) =>
  tool.plan(placeIn('/nowhere')).files.flatMap(({ file, format }, index) => {
    const texts = format === 'jsonc' ? { ...odd.json, ...odd.jsonc } : odd[format];
    return Object.keys(texts).map((how) => ({
      tool,
      index,
      how,
      text: texts[how] ?? '',
      name: file.split('/').at(-1) ?? '',
    }));
  }),
);

test.each(oddRows)('$tool.id: $name $how is as it was afterwards', async ({ tool, index, text }) => {
  const { connect, disconnect, place } = rig();
  const file = tool.plan(place()).files[index]?.file ?? '';
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o640 });
  const files = await connect(tool);
  // Zed's settings hold none: it keeps keys to itself.
  const holdsKey = JSON.stringify(files).includes(key);
  expect(holdsKey).toBe(tool.id !== 'zed');
  expect(
    files
      .map((one) => readFileSync(one.file, 'utf8'))
      .join()
      .includes(key),
  ).toBe(holdsKey);
  expect(readFileSync(file, 'utf8')).not.toBe(text);
  expect(readFileSync(file, 'utf8').includes('\r\n')).toBe(text.includes('\r\n'));
  expect(statSync(file).mode & 0o777).toBe(0o640);
  const undone = await disconnect(tool);
  expect(undone?.files.find((one) => one.file === file)).toMatchObject({
    outcome: 'restored',
    kept: [],
    problem: null,
  });
  expect(readFileSync(file, 'utf8')).toBe(text);
  expect(statSync(file).mode & 0o777).toBe(0o640);
});

describe.each(written)('$id', (tool) => {
  test('where nothing was there nothing is left: neither file nor folder', async () => {
    const { connect, disconnect, crossfeedHome, homedir } = rig();
    const files = await connect(tool);
    for (const { file } of files) {
      const mode = statSync(file).mode & 0o777;
      expect([file, mode]).toEqual([file, readFileSync(file, 'utf8').includes(key) ? 0o600 : 0o644]);
    }
    expect(await connectedTools(crossfeedHome)).toMatchObject([{ tool: tool.id, state: 'connected' }]);
    expect((await disconnect(tool))?.files.every(({ outcome }) => outcome === 'removed')).toBe(true);
    for (const { file } of files) expect([file, existsSync(file)]).toEqual([file, false]);
    for (const { file } of files) {
      const top = join(homedir, file.slice(homedir.length + 1).split('/')[0] ?? '');
      expect([top, existsSync(top)]).toEqual([top, false]);
    }
    expect(await connectedTools(crossfeedHome)).toEqual([]);
    expect(await disconnect(tool)).toBeUndefined();
  });

  test('connected twice it stands as once, and goes as once', async () => {
    const { connect, disconnect } = rig();
    const files = await connect(tool);
    const once = files.map(({ file }) => readFileSync(file, 'utf8'));
    await connect(tool);
    expect(files.map(({ file }) => readFileSync(file, 'utf8'))).toEqual(once);
    await disconnect(tool);
    expect(files.filter(({ file }) => existsSync(file))).toEqual([]);
  });

  test('what the user removed is drift, and a further connect mends it', async () => {
    const { connect, crossfeedHome } = rig();
    const first = (await connect(tool)).find(({ format }) => format !== 'own');
    writeFileSync(first?.file ?? '', '');
    const [drifted] = await connectedTools(crossfeedHome);
    expect(drifted?.state).toBe('drifted');
    expect(drifted?.files.find(({ file }) => file === first?.file)?.drifted).not.toEqual([]);
    await connect(tool);
    expect(await connectedTools(crossfeedHome)).toMatchObject([{ state: 'connected' }]);
  });

  test('a project gets no key, and stands as before afterwards', async () => {
    if (tool.projectVariable === null) return;
    const { connect, disconnect, homedir } = rig();
    const projectDir = join(homedir, 'my project');
    mkdirSync(projectDir);
    const files = await connect(tool, { projectDir });
    expect(files.length).toBeGreaterThan(0);
    for (const { file } of files) {
      expect(file.startsWith(projectDir)).toBe(true);
      expect(readFileSync(file, 'utf8')).not.toContain(key);
    }
    await disconnect(tool, projectDir);
    for (const { file } of files) expect(existsSync(file)).toBe(false);
  });
});

const [claude] = tools;

function claudeRig(text: string | null) {
  if (claude === undefined) throw new Error('no tools');
  const all = rig();
  const file = join(all.homedir, '.claude', 'settings.json');
  mkdirSync(dirname(file));
  if (text !== null) writeFileSync(file, text);
  // Started before: nothing has to be written there, so nothing of it is ours.
  writeFileSync(join(all.homedir, '.claude.json'), '{"hasCompletedOnboarding":true}');
  return { ...all, file, claude };
}

test('an edit of the user in between stays, and only ours is gone', async () => {
  const { connect, disconnect, file, claude, crossfeedHome } = claudeRig('{\n  // mine\n  "theme": "dark"\n}\n');
  await connect(claude);
  writeFileSync(file, readFileSync(file, 'utf8').replace('"dark"', '"light", // changed\n  "more": [1]'));
  expect(await connectedTools(crossfeedHome)).toMatchObject([{ state: 'connected', files: [{ state: 'edited' }] }]);
  expect((await disconnect(claude))?.files).toMatchObject([{ outcome: 'edited', kept: [] }]);
  expect(readFileSync(file, 'utf8')).toBe('{\n  // mine\n  "theme": "light", // changed\n  "more": [1]\n}\n');
});

test('a value of ours that the user changed stays, is told, and what stood before it does not come back', async () => {
  const { connect, disconnect, file, claude } = claudeRig('{ "env": { "ANTHROPIC_MODEL": "sonnet", "A": "1" } }');
  await connect(claude);
  writeFileSync(file, readFileSync(file, 'utf8').replace('claude-opus-5.5', 'mine'));
  expect((await disconnect(claude))?.files).toMatchObject([{ outcome: 'edited', kept: ['env.ANTHROPIC_MODEL'] }]);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ env: { ANTHROPIC_MODEL: 'mine', A: '1' } });
});

test('a value that was there before us comes back as it stood, also after an edit', async () => {
  const { connect, disconnect, file, claude } = claudeRig(
    '{\n  "env": { "ANTHROPIC_AUTH_TOKEN": "sk-ant-\\u00e4", "A": "1" }\n}\n',
  );
  await connect(claude);
  writeFileSync(file, readFileSync(file, 'utf8').replace('"A": "1"', '"A": "2"'));
  await disconnect(claude);
  expect(readFileSync(file, 'utf8')).toBe('{\n  "env": { "ANTHROPIC_AUTH_TOKEN": "sk-ant-\\u00e4", "A": "2" }\n}\n');
});

test('a date that the tool itself moves in what is ours keeps nothing of ours there', async () => {
  const tool = resolveTool('cline');
  if (tool === undefined) throw new Error('no cline');
  const { connect, disconnect, homedir, crossfeedHome } = rig();
  const file = join(homedir, '.cline', 'data', 'settings', 'providers.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '{ "version": 1, "providers": { "mine": { "settings": {} } } }');
  await connect(tool);
  const used = readFileSync(file, 'utf8').replace(/"updatedAt": ?"[^"]+"/, '"updatedAt": "2027-01-01T00:00:00.000Z"');
  expect(used).toContain('2027');
  writeFileSync(file, used);
  expect(await connectedTools(crossfeedHome)).toMatchObject([{ state: 'connected' }]);
  expect((await disconnect(tool))?.files).toMatchObject([{ outcome: 'edited', kept: [] }]);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ version: 1, providers: { mine: { settings: {} } } });
});

test('what a file must have is written only where it is missing', async () => {
  const tool = resolveTool('cn');
  if (tool === undefined) throw new Error('no continue');
  const { connect, disconnect, homedir } = rig();
  const file = join(homedir, '.continue', 'config.yaml');
  mkdirSync(dirname(file), { recursive: true });
  const mine = 'name: Mine # mine\nmodels:\n  - name: a\n    model: b\n';
  writeFileSync(file, mine);
  await connect(tool);
  const text = readFileSync(file, 'utf8');
  expect(text.startsWith('name: Mine # mine\nmodels:\n  - name: a\n    model: b\n')).toBe(true);
  expect(text).toMatch(/^version: "1\.0\.0"$/m);
  await connect(tool);
  expect(readFileSync(file, 'utf8')).toBe(text);
  await disconnect(tool);
  expect(readFileSync(file, 'utf8')).toBe(mine);
});

test('a link stays a link, and the file behind it is the one that changes', async () => {
  const { connect, disconnect, file, claude, homedir } = claudeRig(null);
  const real = join(homedir, 'dotfiles.json');
  writeFileSync(real, '{}\n');
  symlinkSync(real, file);
  await connect(claude);
  expect(lstatSync(file).isSymbolicLink()).toBe(true);
  expect(readFileSync(real, 'utf8')).toContain(key);
  await disconnect(claude);
  expect(lstatSync(file).isSymbolicLink()).toBe(true);
  expect(readFileSync(real, 'utf8')).toBe('{}\n');
});

test.each([
  ['broken', '{\n  "theme": "dark"\n  "env": {}\n}', /settings\.json not valid JSON at line 3, column 3/],
  ['something else', '[1]', /is not what it must be/],
  ['no text', '\u0000\uFFFD', /not valid JSON/],
])('a file that is %s is refused with its place, and nothing is touched', async (_what, text, message) => {
  const { connect, file, claude, crossfeedHome } = claudeRig(text);
  await expect(connect(claude)).rejects.toThrow(message);
  expect(readFileSync(file, 'utf8')).toBe(text);
  expect(existsSync(crossfeedHome)).toBe(false);
});

test('bytes that are no UTF-8 are refused', async () => {
  const { connect, file, claude } = claudeRig(null);
  writeFileSync(file, Buffer.from([0x7b, 0xff, 0x7d]));
  await expect(connect(claude)).rejects.toThrow(/is not UTF-8 text/);
});

test('a read-only file is refused before anything is written, and says how to allow it', async () => {
  const { connect, file, claude } = claudeRig('{}');
  chmodSync(file, 0o444);
  await expect(connect(claude)).rejects.toThrow(/read-only: `chmod u\+w`/);
  expect(readFileSync(file, 'utf8')).toBe('{}');
});

test('a file that is read-only by the time of the disconnect keeps record and copy for another try', async () => {
  const { connect, disconnect, file, claude, crossfeedHome } = claudeRig('{}');
  await connect(claude);
  chmodSync(file, 0o444);
  expect((await disconnect(claude))?.files).toMatchObject([
    { outcome: 'kept', problem: expect.stringMatching(/read-only/) },
  ]);
  expect(await connectedTools(crossfeedHome)).toHaveLength(1);
  chmodSync(file, 0o644);
  expect((await disconnect(claude))?.files).toMatchObject([{ outcome: 'restored' }]);
  expect(readFileSync(file, 'utf8')).toBe('{}');
});

test('a file that was changed between the look and the write is not written over', async () => {
  const { place, file, claude, crossfeedHome } = claudeRig('{}');
  const planned = await planFiles(
    claude.plan(place()).files,
    recordFolder(crossfeedHome, 'claude-code', null),
    undefined,
  );
  writeFileSync(file, '{ "mine": 1 }');
  const told = { tool: 'claude-code', projectDir: null, url: '', keyId: null, keyLabel: null, connectedAt: 1 };
  await expect(writeFiles(planned, { crossfeedHome, key, ...told })).rejects.toThrow(/changed just now/);
  expect(readFileSync(file, 'utf8')).toBe('{ "mine": 1 }');
});

test('a file that says it all already is neither copied nor watched', async () => {
  const { connect, disconnect, claude, homedir, crossfeedHome } = claudeRig('{}');
  await connect(claude);
  expect((await connectedTools(crossfeedHome))[0]?.files).toHaveLength(1);
  await disconnect(claude);
  expect(readFileSync(join(homedir, '.claude.json'), 'utf8')).toBe('{"hasCompletedOnboarding":true}');
});

test('a record that is none is told apart from no record', async () => {
  const { disconnect, claude, crossfeedHome } = claudeRig('{}');
  const folder = recordFolder(crossfeedHome, 'claude-code', null);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'record.json'), '{"version":2');
  await expect(disconnect(claude)).rejects.toThrow(/is no record of this version/);
});

test('copies and record are the owner’s alone, and the record holds no key', async () => {
  const { connect, claude, crossfeedHome } = claudeRig('{ "a": 1 }');
  await connect(claude);
  const folder = recordFolder(crossfeedHome, 'claude-code', null);
  const names = readdirSync(folder);
  expect(names).toEqual([expect.stringMatching(/^before-/), 'record.json']);
  for (const name of names) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(folder, 'record.json'), 'utf8')).not.toContain(key);
});
