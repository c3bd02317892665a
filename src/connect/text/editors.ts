/** Which editor a format has. */
import type { FileEdit } from '../tool-knowledge.ts';
import { envEditor } from './env-editor.ts';
import { jsonEditor } from './json-editor.ts';
import type { TextEditor } from './text-editor.ts';
import { tomlEditor } from './toml-editor.ts';
import { yamlEditor } from './yaml-editor.ts';

const editors: Readonly<Record<Exclude<FileEdit['format'], 'own'>, TextEditor>> = {
  json: jsonEditor,
  jsonc: jsonEditor,
  toml: tomlEditor,
  yaml: yamlEditor,
  env: envEditor,
};

export function editorOf(format: keyof typeof editors): TextEditor {
  return editors[format];
}
