/** What `connect` wrote for a tool, kept beside the files as they were before: what `disconnect` goes by. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { objectOf, parseJson } from '../canonical/json-value.ts';
import { replaceFile } from '../config/replace-file.ts';
import { StateFileError } from '../config/state-file-error.ts';
import type { FileEdit } from './tool-knowledge.ts';
import type { Undo } from './text/apply-changes.ts';

export interface FileRecord {
  /** As the plan named it, links and all. */
  readonly file: string;
  readonly format: FileEdit['format'];
  /** Null where there was no file. */
  readonly mode: number | null;
  /** SHA-256 of the bytes, in hex. */
  readonly before: string | null;
  readonly after: string;
  /** Of the text that it replaced, ours of an earlier plan maybe: a file that still says it was never written. */
  readonly replaced?: string | null;
  /** The name of the copy beside the record; null where there was no file. */
  readonly backup: string | null;
  /** Folders that were made for it, the outermost first. */
  readonly madeFolders: readonly string[];
  readonly undo: readonly Undo[];
}

export interface ConnectRecord {
  readonly version: 1;
  readonly tool: string;
  readonly projectDir: string | null;
  readonly url: string;
  /** Null where the tool reads a key that was there before. */
  readonly keyId: string | null;
  readonly keyLabel: string | null;
  readonly connectedAt: number;
  readonly files: readonly FileRecord[];
}

const recordName = 'record.json';

/** Where record and copies of one tool lie, below the user's Crossfeed home. */
export function recordFolder(crossfeedHome: string, tool: string, projectDir: string | null): string {
  const folder = join(connectFolder(crossfeedHome), tool);
  return projectDir === null ? folder : join(folder, `project-${sha256(projectDir).slice(0, 12)}`);
}

export function connectFolder(crossfeedHome: string): string {
  return join(crossfeedHome, 'connect');
}

/** Undefined where the tool is not connected; throws where a record is there and is none. */
export async function readRecord(folder: string): Promise<ConnectRecord | undefined> {
  const text = await readFile(join(folder, recordName), 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const record = objectOf(parseJson(text));
  const isWhole = typeof record['tool'] === 'string' && typeof record['url'] === 'string';
  if (record['version'] !== 1 || !Array.isArray(record['files']) || !isWhole) {
    const file = join(folder, recordName);
    throw new StateFileError(
      'torn',
      file,
      `${file} is no record of this version: mend it by hand, or delete its folder.`,
    );
  }
  return record as unknown as ConnectRecord;
}

/** A record that is there and is none: one such hides no other. */
export interface TornRecord {
  readonly tool: string;
  readonly file: string;
  readonly problem: StateFileError;
}

export interface RecordsFound {
  /** User-wide before projects. */
  readonly records: readonly ConnectRecord[];
  readonly torn: readonly TornRecord[];
}

export async function readRecords(crossfeedHome: string): Promise<RecordsFound> {
  const root = connectFolder(crossfeedHome);
  const records: ConnectRecord[] = [];
  const torn: TornRecord[] = [];
  for (const tool of await namesIn(root)) {
    const projects = (await namesIn(join(root, tool))).filter((name) => name.startsWith('project-'));
    for (const folder of [join(root, tool), ...projects.map((name) => join(root, tool, name))]) {
      try {
        const record = await readRecord(folder);
        if (record !== undefined) records.push(record);
      } catch (thrown) {
        if (!(thrown instanceof StateFileError)) throw thrown;
        torn.push({ tool, file: join(folder, recordName), problem: thrown });
      }
    }
  }
  return { records, torn };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}

export async function writeRecord(folder: string, record: ConnectRecord): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await replaceFile(join(folder, recordName), `${JSON.stringify(record, null, 2)}\n`, 0o600);
}

export async function removeRecord(folder: string): Promise<void> {
  await rm(join(folder, recordName), { force: true });
}

export async function removeBackups(
  folder: string,
  files: readonly { readonly backup: string | null }[],
): Promise<void> {
  for (const { backup } of files) if (backup !== null) await rm(join(folder, backup), { force: true });
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
