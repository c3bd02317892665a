/** Everything that a program let out, searched for marked secrets in every spelling in which one could hide. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

export interface Evidence {
  /** Keeps one piece. `allowed` are the names of secrets that may stand there by design. */
  add(where: string, content: string | Buffer, allowed?: readonly string[]): void;
  /** Every file below the folder, but the named ones. */
  addFolder(folder: string, but?: readonly string[]): void;
  /** `where: which secret`, one a hit, for secrets of eight characters or more. */
  hits(secrets: Readonly<Record<string, string>>): readonly string[];
  /** How many pieces, and how many bytes in all: so that a search of nothing is seen. */
  readonly size: { readonly pieces: number; readonly bytes: number };
}

export function createEvidence(): Evidence {
  const pieces: { readonly where: string; readonly content: Buffer; readonly allowed: readonly string[] }[] = [];
  const add: Evidence['add'] = (where, content, allowed = []) => {
    pieces.push({ where, content: Buffer.from(content), allowed });
  };
  return {
    add,
    addFolder(folder, but = []) {
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        const file = path.join(folder, name);
        if (but.includes(name) || !statSync(file).isFile()) continue;
        add(file, readFileSync(file));
      }
    },
    hits: (secrets) =>
      Object.entries(secrets).flatMap(([name, secret]) =>
        pieces
          .filter(
            ({ content, allowed }) => !allowed.includes(name) && spellings(secret).some((one) => content.includes(one)),
          )
          .map(({ where }) => `${where}: ${name}`),
      ),
    get size() {
      return { pieces: pieces.length, bytes: pieces.reduce((sum, { content }) => sum + content.length, 0) };
    },
  };
}

/** As it is, in a URL, inside JSON, and in the encodings that headers and logs use. */
function spellings(secret: string): readonly string[] {
  if (secret.length < 8) throw new RangeError('too short to be told from ordinary text');
  const bytes = Buffer.from(secret);
  return [
    ...new Set([
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      // Without what depends on the neighbours of the text.
      bytes.toString('base64').replace(/=+$/, '').slice(0, -1),
      bytes.toString('base64url').slice(0, -1),
      bytes.toString('hex'),
    ]),
  ];
}
