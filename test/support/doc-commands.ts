/** The shell commands of the documentation: what stands in its fenced `sh` blocks, one a row, without the comments. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DocCommand {
  readonly page: string;
  readonly line: number;
  /** As it is typed: continued lines are one, comments are gone. */
  readonly text: string;
}

/** In the order in which a newcomer reads. */
export function readDocCommands(root: string): readonly DocCommand[] {
  const pages = ['README.md', ...globSync('docs/**/*.md', { cwd: root }).toSorted()];
  return pages.flatMap((page) =>
    docCommands(readFileSync(join(root, page), 'utf8')).map(({ line, text }) => ({
      page: page.replaceAll('\\', '/'),
      line,
      text,
    })),
  );
}

export function docCommands(markdown: string): readonly Omit<DocCommand, 'page'>[] {
  const found: { line: number; text: string }[] = [];
  let isShell = false;
  let begun: { line: number; text: string } | null = null;
  for (const [index, line] of markdown.split('\n').entries()) {
    if (line.startsWith('```')) {
      isShell = !isShell && /^```(?:sh|bash|shell)\s*$/.test(line);
      continue;
    }
    const text = line.replace(/(?:^|\s+)#(?: .*)?$/, '').trim();
    if (!isShell || text === '') continue;
    const whole: string = begun === null ? text : `${begun.text} ${text}`;
    const at: number = begun?.line ?? index + 1;
    begun = whole.endsWith('\\') ? { line: at, text: whole.slice(0, -1).trimEnd() } : null;
    if (begun === null) found.push({ line: at, text: whole });
  }
  return found;
}
