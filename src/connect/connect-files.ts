/** Brings a tool's plan into the user's files, and out of them again: backed up, atomic, and never over a change of theirs. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../config/replace-file.ts';
import { readRecord, recordFolder, removeBackups, removeRecord, sha256, writeRecord } from './connect-record.ts';
import type { ConnectRecord, FileRecord } from './connect-record.ts';
import { applyFileEdit, takeFileBack } from './file-change.ts';
import type { Undo } from './text/apply-changes.ts';
import { EditProblem } from './text/text-editor.ts';
import type { FileEdit } from './tool-knowledge.ts';
import {
  assertWritable,
  makeFolders,
  readUserFile,
  removeFolders,
  removeUserFile,
  writeUserFile,
} from './user-file.ts';

/** A file that is in the way, with the sentence for the user. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  /** What was written before it could not be put back either: record and copies stay, for `disconnect`. */
  readonly isHalfDone: boolean;

  constructor(message: string, { isHalfDone = false, ...options }: ErrorOptions & { isHalfDone?: boolean } = {}) {
    super(message, options);
    this.isHalfDone = isHalfDone;
  }
}

/** One file as it is, as it was without us, and as it will be. */
export interface PlannedFile {
  readonly file: string;
  readonly format: FileEdit['format'];
  readonly now: string | null;
  readonly mode: number | null;
  readonly base: string | null;
  /** Null where it goes: an earlier plan made it, and this one does not want it. */
  readonly next: string | null;
  readonly undo: readonly Undo[];
  readonly madeFolders: readonly string[];
}

/** Reads alone. Throws `ConnectError`. */
export async function planFiles(
  edits: readonly FileEdit[],
  folder: string,
  record: ConnectRecord | undefined,
): Promise<readonly PlannedFile[]> {
  const former = (record?.files ?? []).filter(({ file }) => !edits.some((edit) => edit.file === file));
  const wanted = [
    ...edits.map((edit) => ({ file: edit.file, edit })),
    ...former.map(({ file }) => ({ file, edit: undefined })),
  ];
  const planned: PlannedFile[] = [];
  for (const { file, edit } of wanted) planned.push(await planFile(file, edit, folder, record));
  return planned;
}

async function planFile(file: string, edit: FileEdit | undefined, folder: string, record: ConnectRecord | undefined) {
  return explained(file, async (): Promise<PlannedFile> => {
    const there = await readUserFile(file);
    const earlier = record?.files.find((one) => one.file === file);
    const base =
      earlier === undefined ? there.text : takeFileBack(earlier, there.text, await backupOf(folder, earlier)).text;
    const { text: next, undo } = edit === undefined ? { text: base, undo: [] } : applyFileEdit(edit, base);
    if (next !== there.text) assertWritable(there);
    const format = edit?.format ?? earlier?.format ?? 'own';
    const mode = earlier === undefined ? there.mode : (there.mode ?? earlier.mode);
    return { file, format, now: there.text, mode, base, next, undo, madeFolders: earlier?.madeFolders ?? [] };
  });
}

export interface Connecting extends Omit<ConnectRecord, 'version' | 'files'> {
  readonly crossfeedHome: string;
  readonly key: string;
}

/**
 * Copies and record first, then the files: whatever dies when, `disconnect` finds what it needs. A file that somebody
 * changed since it was read stops it. Throws `ConnectError`.
 */
export async function writeFiles(planned: readonly PlannedFile[], connecting: Connecting): Promise<ConnectRecord> {
  const { crossfeedHome, key, ...told } = connecting;
  const folder = recordFolder(crossfeedHome, told.tool, told.projectDir);
  for (const { file, now } of planned) {
    if ((await explained(file, () => readUserFile(file))).text !== now) {
      throw new ConnectError(`${file} was changed just now by somebody else: nothing was written, try again.`);
    }
  }
  const former = await readRecord(folder);
  const done: Done = { files: [], folders: [] };
  try {
    return await writeAll(planned, { key, folder, told, former, done });
  } catch (thrown) {
    const isHalfDone = !(await putBack(done, folder, former, planned));
    if (thrown instanceof ConnectError) throw new ConnectError(thrown.message, { cause: thrown, isHalfDone });
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === undefined) throw thrown;
    throw new ConnectError(`Copies cannot be kept in ${folder} (${code}).`, { cause: thrown, isHalfDone });
  }
}

/** Those that hold the key and had a mode before, which is the user's, that lets others read them. */
export function openFiles(planned: readonly PlannedFile[], key: string): readonly string[] {
  return planned.filter(({ next, mode }) => next?.includes(key) && ((mode ?? 0) & 0o044) !== 0).map(({ file }) => file);
}

/** What was done so far, for when the next step fails. */
interface Done {
  readonly files: PlannedFile[];
  readonly folders: string[];
}

interface Writing {
  readonly key: string;
  readonly folder: string;
  readonly told: Omit<ConnectRecord, 'version' | 'files'>;
  readonly former: ConnectRecord | undefined;
  readonly done: Done;
}

async function writeAll(
  planned: readonly PlannedFile[],
  { key, folder, told, former, done }: Writing,
): Promise<ConnectRecord> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files: FileRecord[] = [];
  for (const one of planned) {
    // What says all of it already is not ours: it is neither copied nor watched.
    if (one.next === null || one.next === one.base) continue;
    const backup = backupName(one);
    if (backup !== null) await replaceFile(join(folder, backup), one.base ?? '', 0o600);
    const made = await explained(one.file, () => makeFolders(one.file));
    done.folders.push(...made);
    files.push({
      file: one.file,
      format: one.format,
      mode: one.base === null ? null : one.mode,
      before: one.base === null ? null : sha256(one.base),
      replaced: one.now === null ? null : sha256(one.now),
      after: sha256(one.next),
      backup,
      madeFolders: [...one.madeFolders, ...made],
      undo: one.undo,
    });
  }
  const record: ConnectRecord = { version: 1, ...told, files };
  // Until they are out of it too.
  const dropped = (former?.files ?? []).filter((one) => !files.some(({ file }) => file === one.file));
  await writeRecord(folder, { ...record, files: [...files, ...dropped] });
  for (const one of planned) {
    const { file, now, next, mode } = one;
    if (next === now) continue;
    await explained(file, () =>
      next === null
        ? removeUserFile(file)
        : // With the key in it, it is nobody else's.
          writeUserFile(file, next, mode ?? (next.includes(key) ? 0o600 : 0o644)),
    );
    done.files.push(one);
  }
  if (dropped.length > 0) {
    await writeRecord(folder, record);
    await removeBackups(folder, dropped);
  }
  return record;
}

/** Whether all is as it was before. */
async function putBack(
  done: Done,
  folder: string,
  former: ConnectRecord | undefined,
  planned: readonly PlannedFile[],
): Promise<boolean> {
  try {
    for (const { file, now, mode } of done.files.toReversed()) {
      if (now === null) await removeUserFile(file);
      else await writeUserFile(file, now, mode ?? 0o600);
    }
    await removeFolders(done.folders);
    if (former !== undefined) await writeRecord(folder, former);
    else {
      await removeRecord(folder);
      await removeBackups(
        folder,
        planned.map((one) => ({ backup: backupName(one) })),
      );
    }
    return true;
  } catch {
    return false;
  }
}

function backupName({ base, file }: Pick<PlannedFile, 'base' | 'file'>): string | null {
  return base === null ? null : `before-${sha256(file).slice(0, 12)}`;
}

export interface FileOutcome {
  readonly file: string;
  /** `restored`: byte for byte as before. `edited`: only what was ours is gone. `kept`: nothing was done. */
  readonly outcome: 'restored' | 'removed' | 'edited' | 'kept';
  /** What the user changed since, and what stays therefore. */
  readonly kept: readonly string[];
  /** Why nothing was done. */
  readonly problem: string | null;
}

/** Undefined where it is not connected. A file that cannot be mended keeps record and copy. */
export async function takeFilesBack(
  crossfeedHome: string,
  tool: string,
  projectDir: string | null,
): Promise<{ readonly record: ConnectRecord; readonly files: readonly FileOutcome[] } | undefined> {
  const folder = recordFolder(crossfeedHome, tool, projectDir);
  const record = await readRecord(folder);
  if (record === undefined) return undefined;
  const files: FileOutcome[] = [];
  for (const one of record.files) files.push(await takeOneBack(one, folder));
  // Several files may lie in one folder of ours.
  await removeFolders(record.files.flatMap(({ madeFolders }) => madeFolders));
  const stuck = new Set(files.filter(({ problem }) => problem !== null).map(({ file }) => file));
  if (stuck.size === 0) {
    await removeRecord(folder);
    await removeBackups(folder, record.files);
  } else await writeRecord(folder, { ...record, files: record.files.filter(({ file }) => stuck.has(file)) });
  return { record, files };
}

async function takeOneBack(one: FileRecord, folder: string): Promise<FileOutcome> {
  const { file } = one;
  try {
    const there = await readUserFile(file);
    const { text, kept, exact } = takeFileBack(one, there.text, await backupOf(folder, one));
    if (text === there.text) {
      const outcome = text === null && one.before === null ? 'removed' : 'kept';
      return { file, outcome, kept, problem: null };
    }
    assertWritable(there);
    if (text === null) {
      await removeUserFile(file);
      return { file, outcome: 'removed', kept, problem: null };
    }
    await writeUserFile(file, text, there.mode ?? one.mode ?? 0o600);
    return { file, outcome: exact ? 'restored' : 'edited', kept, problem: null };
  } catch (thrown) {
    if (!(thrown instanceof EditProblem)) throw thrown;
    return { file, outcome: 'kept', kept: [], problem: `${file} ${thrown.message}.` };
  }
}

/** Null also where the copy is lost or is not what it was: then what was ours is taken out by itself. */
async function backupOf(folder: string, { backup, before }: FileRecord): Promise<string | null> {
  if (backup === null) return null;
  const text = await readFile(join(folder, backup), 'utf8').catch(() => null);
  return text !== null && sha256(text) === before ? text : null;
}

async function explained<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof EditProblem) throw new ConnectError(`${file} ${thrown.message}.`, { cause: thrown });
    throw thrown;
  }
}
