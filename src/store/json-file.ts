/** Small JSON files that survive a crash: written whole or not at all, and a broken one is named, never guessed at. */
import { readFile } from 'node:fs/promises';
import { replaceFile } from '../config/replace-file.ts';
import { StateFileError } from '../config/state-file-error.ts';

/** The value in the file. Throws `StateFileError` `missing`, `torn` (not JSON: cut off or edited) or `unreadable`. */
export async function readJsonFile(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    if (code === 'ENOENT') throw new StateFileError('missing', path, `${path} does not exist.`, { cause });
    throw new StateFileError('unreadable', path, `${path} cannot be read (${code}).`, { cause });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's own error quotes the text, which may be a secret: it is no cause here.
    throw new StateFileError('torn', path, `${path} is not JSON (cut off or edited): mend it or move it away.`);
  }
}

/** Writes beside the file, brings it to the disk, renames. A crash at any moment leaves the old value or the new one. */
export async function writeJsonFile(path: string, value: unknown, options: { readonly mode: number }): Promise<void> {
  await replaceFile(path, `${JSON.stringify(value, null, 2)}\n`, options.mode);
}
