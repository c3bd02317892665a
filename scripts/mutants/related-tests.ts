/** Which tests load a source, read from the imports: a change in it can fail no other. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { parseSync } from 'rolldown/utils';

/** `files`: paths below `root`. The answer holds those tests among them that load `source`, the shortest way first. */
export function createRelatedTests(root: string, files: readonly string[]): (source: string) => ReadonlySet<string> {
  const known = new Set(files);
  const loadedBy = new Map<string, string[]>();
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    for (const loaded of importsOf(root, file)) {
      if (known.has(loaded)) loadedBy.set(loaded, [...(loadedBy.get(loaded) ?? []), file]);
    }
  }
  return (source) => {
    const reached = new Set([source]);
    for (const file of reached) for (const loader of loadedBy.get(file) ?? []) reached.add(loader);
    return new Set([...reached].filter((file) => file.endsWith('.test.ts')));
  };
}

function importsOf(root: string, file: string): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const { staticImports, staticExports, dynamicImports } = parseSync(file, text).module;
  const specifiers = [
    ...staticImports
      .filter(({ entries }) => entries.length === 0 || entries.some(({ isType }) => !isType))
      .map(({ moduleRequest }) => moduleRequest.value),
    ...staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest, isType }) => (moduleRequest === null || isType ? [] : [moduleRequest.value])),
    ),
    ...dynamicImports.map(({ moduleRequest }) => text.slice(moduleRequest.start, moduleRequest.end).slice(1, -1)),
  ];
  return specifiers.filter((name) => name.startsWith('.')).map((name) => join(dirname(file), name));
}
