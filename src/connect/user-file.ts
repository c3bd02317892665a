/** A file of the user's: read as it is, and replaced as a whole behind its links, with its mode. */
import { lstat, mkdir, readFile, readlink, realpath, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { replaceFile } from '../config/replace-file.ts';
import { EditProblem } from './text/text-editor.ts';

export interface UserFile {
  /** Null where there is none. */
  readonly text: string | null;
  readonly mode: number | null;
}

/** Throws `EditProblem` for what is no readable text file. */
export async function readUserFile(file: string): Promise<UserFile> {
  let bytes: Buffer;
  let mode: number;
  try {
    const behind = await behindLinks(file);
    const found = await stat(behind);
    // A pipe would be waited for.
    if (!found.isFile() && !found.isDirectory()) throw new EditProblem('is no file');
    ({ mode } = found);
    bytes = await readFile(behind);
  } catch (cause) {
    if (cause instanceof EditProblem) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    if (code === 'ENOENT') return { text: null, mode: null };
    throw new EditProblem(`cannot be read (${code})`, { cause });
  }
  const text = bytes.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes)) throw new EditProblem('is not UTF-8 text');
  return { text, mode: mode & 0o7777 };
}

/** A file that its owner took the right to write from is meant to stay. */
export function assertWritable({ mode }: UserFile): void {
  if (mode !== null && (mode & 0o200) === 0) throw new EditProblem('is read-only: `chmod u+w` allows the change');
}

/** Makes the folders that are missing and says which, the outermost first. */
export async function makeFolders(file: string): Promise<readonly string[]> {
  const missing: string[] = [];
  let folder = dirname(await behindLinks(file));
  while (!(await isThere(folder))) {
    missing.unshift(folder);
    folder = dirname(folder);
  }
  for (const one of missing) {
    await mkdir(one, { mode: 0o700 }).catch((cause: unknown) => {
      const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
      // Another `connect` may have been faster.
      if (code !== 'EEXIST') throw new EditProblem(`has no folder, and none can be made (${code})`, { cause });
    });
  }
  return missing;
}

export async function writeUserFile(file: string, text: string, mode: number): Promise<void> {
  try {
    await replaceFile(await behindLinks(file), text, mode);
  } catch (cause) {
    throw new EditProblem(`cannot be written (${(cause as NodeJS.ErrnoException).code ?? 'unknown error'})`, { cause });
  }
}

export async function removeUserFile(file: string): Promise<void> {
  try {
    await rm(await behindLinks(file), { force: true });
  } catch (cause) {
    throw new EditProblem(`cannot be removed (${(cause as NodeJS.ErrnoException).code ?? 'unknown error'})`, { cause });
  }
}

/** The innermost first; one that holds something of somebody's stays. */
export async function removeFolders(folders: readonly string[]): Promise<void> {
  const innermostFirst = folders.toSorted((a, b) => b.length - a.length);
  for (const folder of innermostFirst) await rmdir(folder).catch(() => undefined);
}

/** Also behind a link to a file that is not there yet. */
async function behindLinks(file: string): Promise<string> {
  let path = file;
  for (let hops = 0; hops < 40; hops += 1) {
    const there = await realpath(path).catch(() => undefined);
    if (there !== undefined) return there;
    const isLink = await lstat(path).then(
      (found) => found.isSymbolicLink(),
      () => false,
    );
    if (!isLink) return path;
    path = resolve(dirname(path), await readlink(path));
  }
  throw new EditProblem('is a link that leads nowhere');
}

async function isThere(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  );
}
