/** Logins that other Copilot tools left on this machine: read only where the user says so, never written. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

export interface ToolLogin {
  readonly token: string;
  readonly login: string | null;
  /** The file's own name, without the folder. */
  readonly file: string;
}

/** The newer form first: its tokens are of the app that wrote it. */
const fileNames = ['apps.json', 'hosts.json'] as const;

/** The first login for `host`; null without one. A file that is no such file is as good as none. */
export async function readToolLogin(
  env: Readonly<Record<string, string | undefined>>,
  homedir: string,
  host: string,
): Promise<ToolLogin | null> {
  for (const folder of foldersOf(env, homedir)) {
    for (const file of fileNames) {
      const found = await readFile(path.join(folder, 'github-copilot', file), 'utf8').then(
        (text) => loginIn(text, host),
        () => null,
      );
      if (found !== null) return { ...found, file };
    }
  }
  return null;
}

function foldersOf(env: Readonly<Record<string, string | undefined>>, homedir: string): readonly string[] {
  const named = [env['XDG_CONFIG_HOME'], env['LOCALAPPDATA']].filter((one) => one !== undefined && one !== '');
  return [...named, path.join(homedir, '.config')] as readonly string[];
}

/** `hosts.json` has the host as its key, `apps.json` the host, a colon and the app's client id. */
function loginIn(text: string, host: string): Omit<ToolLogin, 'file'> | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, entry] of Object.entries(value)) {
    if (key !== host && !key.startsWith(`${host}:`)) continue;
    if (typeof entry !== 'object' || entry === null) continue;
    const { oauth_token: token, user } = entry as { oauth_token?: unknown; user?: unknown };
    if (typeof token === 'string' && /^[\x21-\x7e]+$/.test(token))
      return { token, login: typeof user === 'string' ? user : null };
  }
  return null;
}
