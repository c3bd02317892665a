/** What becomes of one file: its text with a tool's changes, and its text without them again. */
import type { FileRecord } from './connect-record.ts';
import { sha256 } from './connect-record.ts';
import { applyChanges, takeBack } from './text/apply-changes.ts';
import type { Undo } from './text/apply-changes.ts';
import { editorOf } from './text/editors.ts';
import { EditProblem } from './text/text-editor.ts';
import type { FileEdit } from './tool-knowledge.ts';

const mark = '\uFEFF';

export interface EditedFile {
  readonly text: string;
  readonly undo: readonly Undo[];
}

/** `text` is null where there is no file yet. Throws `EditProblem`. */
export function applyFileEdit(edit: FileEdit, text: string | null): EditedFile {
  if (edit.format === 'own') {
    if (text !== null && text !== edit.text)
      throw new EditProblem('is there already, and not ours: move it away first');
    return { text: edit.text, undo: [] };
  }
  const marked = text?.startsWith(mark) === true;
  const applied = applyChanges(editorOf(edit.format), marked ? text.slice(1) : (text ?? ''), edit.changes);
  return { ...applied, text: marked ? mark + applied.text : applied.text };
}

export interface TakenBack {
  /** Null where the file goes. */
  readonly text: string | null;
  /** What the user changed since, as `a.b.c`: it stays. */
  readonly kept: readonly string[];
  /** Whether the bytes are those of before. */
  readonly exact: boolean;
}

/** `before` is the text that was there before us, null for none, or where its copy is lost. Throws `EditProblem`. */
export function takeFileBack(record: FileRecord, text: string | null, before: string | null): TakenBack {
  if (text === null) return { text: null, kept: [], exact: record.before === null };
  const digest = sha256(text);
  const isKnown = digest === record.after || digest === record.replaced;
  if (isKnown && (before !== null || record.before === null)) return { text: before, kept: [], exact: true };
  if (record.format === 'own') return { text, kept: [record.file], exact: false };
  const editor = editorOf(record.format);
  const marked = text.startsWith(mark);
  const result = takeBack(editor, marked ? text.slice(1) : text, record.undo);
  if (record.before === null && isEmpty(editor.read(result.text)) && !/#|\/\/|\/\*/.test(result.text)) {
    return { text: null, kept: result.kept, exact: false };
  }
  return { text: marked ? mark + result.text : result.text, kept: result.kept, exact: false };
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}
