/** Replaces a file as a whole: whoever reads it, and whatever dies when, it is the old text or the new one. */
import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname } from 'node:path';

/** Writes `text` beside `path`, brings it to the disk and renames it. The old file stays if anything fails. */
export async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      // The umask may have taken bits away that were asked for.
      await file.chmod(mode);
      await file.writeFile(text, 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** After a power cut a rename is only certain once its folder is on the disk. Windows cannot open folders. */
async function syncFolder(folder: string): Promise<void> {
  if (platform() === 'win32') return;
  const opened = await open(folder, 'r');
  try {
    await opened.sync();
  } catch (error) {
    // Some network file systems refuse to sync a folder; the rename itself has happened.
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
  } finally {
    await opened.close();
  }
}
