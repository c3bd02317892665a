/** Which tools are connected, and whether what was written still stands: for `connect --status`, `doctor` and the key page. */

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
  /** The origin that was written. */
  readonly url: string;
  /** Of the key that was made for it. */
  readonly keyId: string;
  readonly keyLabel: string;
  /** In ms since the epoch. */
  readonly connectedAt: number;
  /** The worst of its files: `drifted` where one is missing, unreadable or drifted. */
  readonly state: 'connected' | 'drifted';
  readonly files: readonly ConnectedFile[];
}
