/** Changes single settings in the user's config file and keeps every comment in it. */
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { applyEdits, findNodeAtLocation, modify, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { FormattingOptions, ParseError } from 'jsonc-parser';
import { ConfigError } from './config-error.ts';
import { splitPath } from './config-path.ts';
import { fields, isConfigPath } from './fields.ts';
import { configPath, ensureHome } from './home.ts';
import { configJsonSchema } from './json-schema.ts';
import { replaceFile } from './replace-file.ts';
import { unknownKey } from './unknown-key.ts';

const schemaName = 'config.schema.json';
const emptyFile = `{\n  "$schema": "./${schemaName}"\n}\n`;

/**
 * Writes one setting (a JSON value, or text as a variable would hold it) in the form the proxy uses.
 * Throws `ConfigError` for an unknown setting, a value that is not allowed, and a file that is not JSON.
 */
export async function setConfigValue(home: string, path: string, jsonValue: unknown): Promise<void> {
  if (!isConfigPath(path)) throw new ConfigError([unknownKey(path)]);
  const parsed = fields[path].parse(jsonValue);
  if (!parsed.ok) throw new ConfigError([`${path}: ${parsed.problem}; allowed is ${fields[path].allowed}.`]);
  await ensureHome(home);
  // The schema lies beside the file, so that an editor finds it offline and in the version that wrote it.
  await replaceFile(join(home, schemaName), configJsonSchema(), 0o600);
  await edit(home, await readOrEmpty(configPath(home)), path, parsed.value);
}

/** Takes one setting out of the file; its default counts again. Without a file there is nothing to do. */
export async function unsetConfigValue(home: string, path: string): Promise<void> {
  // A key that the program does not know may be exactly what the user wants to be rid of.
  const source = await readOrEmpty(configPath(home));
  if (source !== emptyFile) await edit(home, source, path, undefined);
}

async function edit(home: string, source: string, path: string, value: unknown): Promise<void> {
  const file = configPath(home);
  const errors: ParseError[] = [];
  const root = parseTree(source, errors, { allowTrailingComma: true, allowEmptyContent: true });
  const [first] = errors;
  if (first !== undefined) {
    throw new ConfigError([`${file} is not valid JSON (${printParseErrorCode(first.error)}): mend it by hand first.`]);
  }
  const formattingOptions = { insertSpaces: true, tabSize: 2, eol: source.includes('\r\n') ? '\r\n' : '\n' };
  const segments = isConfigPath(path) ? [...splitPath(path)] : path.split('.');
  if (value === undefined && (root === undefined || findNodeAtLocation(root, segments) === undefined)) return;
  await replaceFile(await behindLinks(file), applied(source, segments, value, file, formattingOptions), 0o600);
}

function applied(source: string, path: string[], value: unknown, file: string, formattingOptions: FormattingOptions) {
  try {
    return applyEdits(source, modify(source, path, value, { formattingOptions }));
  } catch (cause) {
    throw new ConfigError([`${file}: ${path.join('.')} does not fit into what is there: mend it by hand first.`], {
      cause,
    });
  }
}

/** People keep their settings in a repository and link to them: the link stays, the file behind it is replaced. */
async function behindLinks(file: string): Promise<string> {
  return realpath(file).catch(() => file);
}

async function readOrEmpty(file: string): Promise<string> {
  try {
    const source = await readFile(file, 'utf8');
    return source.trim() === '' ? emptyFile : source;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    if (code === 'ENOENT') return emptyFile;
    throw new ConfigError([`${file} cannot be read (${code}).`], { cause });
  }
}
