/** Which tools are connected, and whether what was written still stands: for `connect --status`, `doctor` and the key page. */

import { readRecords, sha256 } from './connect-record.ts';
import type { ConnectRecord, FileRecord, TornRecord } from './connect-record.ts';
import { driftOf } from './text/apply-changes.ts';
import { editorOf } from './text/editors.ts';
import { EditProblem } from './text/text-editor.ts';
import { resolveTool } from './tools.ts';
import { readUserFile } from './user-file.ts';

/** `ours`: byte for byte as written. `edited`: somebody changed it, our values still stand. `drifted`: some do not. */
export type ConnectedFileState = 'ours' | 'edited' | 'drifted' | 'missing' | 'unreadable';

export interface ConnectedFile {
  readonly file: string;
  readonly state: ConnectedFileState;
  /** The values that are gone or say something else, as `a.b.c`; never what they say. */
  readonly drifted: readonly string[];
}

export interface ConnectedTool {
  /** The tool's id. */
  readonly tool: string;
  readonly title: string;
  /** The project's folder; null for user-wide. */
  readonly projectDir: string | null;
  /** The origin that was written; null where the record is torn. */
  readonly url: string | null;
  /** Of the key that was made for it; null for a project, whose variable may hold any key. */
  readonly keyId: string | null;
  readonly keyLabel: string | null;
  /** In ms since the epoch; null where the record is torn. */
  readonly connectedAt: number | null;
  /** The worst of its files: `drifted` where one is missing, unreadable or drifted. */
  readonly state: 'connected' | 'drifted';
  readonly files: readonly ConnectedFile[];
}

/** Reads alone. A torn record is a tool of which nothing is known but that its record is unreadable. */
export async function connectedTools(crossfeedHome: string): Promise<readonly ConnectedTool[]> {
  const { records, torn } = await readRecords(crossfeedHome);
  return [...(await Promise.all(records.map(connectedTool))), ...torn.map(tornTool)];
}

function tornTool({ tool, file }: TornRecord): ConnectedTool {
  return {
    tool,
    title: resolveTool(tool)?.title ?? tool,
    projectDir: null,
    url: null,
    keyId: null,
    keyLabel: null,
    connectedAt: null,
    state: 'drifted',
    files: [{ file, state: 'unreadable', drifted: [] }],
  };
}

async function connectedTool(record: ConnectRecord): Promise<ConnectedTool> {
  const { tool, projectDir, url, keyId, keyLabel, connectedAt } = record;
  const files = await Promise.all(record.files.map(stateOf));
  const stands = files.every(({ state }) => state === 'ours' || state === 'edited');
  const title = resolveTool(tool)?.title ?? tool;
  return { tool, title, projectDir, url, keyId, keyLabel, connectedAt, state: stands ? 'connected' : 'drifted', files };
}

async function stateOf({ file, format, after, undo }: FileRecord): Promise<ConnectedFile> {
  try {
    const { text } = await readUserFile(file);
    if (text === null) return { file, state: 'missing', drifted: [] };
    if (sha256(text) === after) return { file, state: 'ours', drifted: [] };
    if (format === 'own') return { file, state: 'drifted', drifted: [] };
    const drifted = driftOf(editorOf(format), text.replace(/^\uFEFF/, ''), undo);
    return { file, state: drifted.length > 0 ? 'drifted' : 'edited', drifted };
  } catch (thrown) {
    if (thrown instanceof EditProblem) return { file, state: 'unreadable', drifted: [] };
    throw thrown;
  }
}
