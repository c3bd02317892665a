/** The log's file beside the terminal: for its owner only, rotated by size. */
import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { createStream } from 'rotating-file-stream';

export interface LogFile {
  write(line: string): void;
  /** Resolves when everything written is in the file. */
  close(): Promise<void>;
}

export interface LogFileOptions {
  readonly file: string;
  /** The size at which the file is rotated away. */
  readonly maxFileBytes: number;
  /** Files kept beside the current one. */
  readonly maxFiles: number;
  /** Hears of a write that failed (a full disk): the log goes on elsewhere, the proxy with it. */
  readonly onFault: (thrown: unknown) => void;
}

/** Opens `file` (0600, its folder made 0700 if missing). Rejects where that is impossible. */
export async function openLogFile(options: LogFileOptions): Promise<LogFile> {
  const folder = path.dirname(options.file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const stream = createStream(path.basename(options.file), {
    path: folder,
    size: `${Math.max(1, Math.floor(options.maxFileBytes))}B`,
    rotate: Math.max(1, options.maxFiles),
    mode: 0o600,
  });
  let open = true;
  await new Promise<void>((resolve, reject) => {
    stream.once('open', () => resolve());
    stream.once('error', reject);
  });
  stream.on('error', (thrown) => {
    open = false;
    options.onFault(thrown);
  });
  stream.on('warning', options.onFault);
  // A file that an earlier program left readable for others keeps its mode when it is appended to.
  await chmod(options.file, 0o600).catch(options.onFault);

  return {
    write(line) {
      if (open) stream.write(line);
    },
    close: () =>
      new Promise((resolve) => {
        if (!open) return resolve();
        open = false;
        stream.once('close', () => resolve());
        stream.once('error', () => resolve());
        stream.end();
      }),
  };
}
