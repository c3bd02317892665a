/** Finds the key that a tool was given in the tool's own files: we keep its digest alone. */
import type { ConnectRecord } from './connect-record.ts';
import { sha256 } from './connect-record.ts';
import { currentValues } from './text/apply-changes.ts';
import { editorOf } from './text/editors.ts';
import { readUserFile } from './user-file.ts';

/** Undefined where it stands nowhere any more. */
export async function keyIn(record: ConnectRecord, digest: string): Promise<string | undefined> {
  for (const { file, format, undo } of record.files) {
    if (format === 'own') continue;
    const values = await valuesIn(file, format, undo);
    const found = values.flatMap(stringsIn).find((text) => sha256(text) === digest);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function valuesIn(
  file: string,
  format: Parameters<typeof editorOf>[0],
  undo: Parameters<typeof currentValues>[2],
) {
  try {
    const { text } = await readUserFile(file);
    return currentValues(editorOf(format), (text ?? '').replace(/^\uFEFF/, ''), undo);
  } catch {
    // Broken or gone: then the tool needs a new one.
    return [];
  }
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
