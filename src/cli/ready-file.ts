/** The file that tells a script that the proxy accepts requests, and where. */
import { readFile, rm } from 'node:fs/promises';
import { replaceFile } from '../config/replace-file.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';

export interface ReadyFile {
  /** Makes the file appear, whole. */
  write(address: { readonly port: number; readonly url: string }): Promise<void>;
  /** Takes it away, unless another proxy has written its own since. */
  remove(): Promise<void>;
}

/** Removes what an earlier proxy left: a script that waits for the file must not read that. */
export async function prepareReadyFile(file: string, pid: number): Promise<ReadyFile> {
  try {
    await rm(file, { force: true });
  } catch (cause) {
    throw new CliError(exitCode.configuration, `The ready file ${file} cannot be replaced.`, { cause });
  }
  let written: string | null = null;
  return {
    async write({ port, url }) {
      const text = `${JSON.stringify({ pid, port, url })}\n`;
      try {
        // Anybody may read it, whatever the umask, and nobody else write it; a link laid under its name is not followed.
        await replaceFile(file, text, 0o644);
      } catch (cause) {
        throw new CliError(exitCode.configuration, `The ready file ${file} cannot be written.`, { cause });
      }
      written = text;
    },
    async remove() {
      const now = await readFile(file, 'utf8').catch(() => null);
      if (now !== null && now === written) await rm(file, { force: true });
    },
  };
}
