/** What the documentation promises about the repository, as rules that return one sentence for every broken promise. */
import { dirname, join, normalize } from 'node:path/posix';

export interface TextFile {
  /** Path below the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** What the docs may point at. */
export interface Repository {
  readonly files: readonly TextFile[];
  /** Names of the scripts in package.json. */
  readonly scripts: readonly string[];
  /** Names of the commands of `crossfeed`. */
  readonly commands: readonly string[];
  /** Hosts of package registries that this machine is set up for. */
  readonly registryHosts: readonly string[];
}

export type DocsRule = (repository: Repository) => string[];

export const docsRules = {
  'links lead somewhere': ({ files }) => {
    const texts = new Map(files.map(({ path, text }) => [path, text]));
    const folders = new Set(files.flatMap(({ path }) => foldersAbove(path)));
    return pages(files).flatMap(({ path, text }) =>
      linksOf(text).flatMap((link) => {
        const [target = '', anchor] = link.split('#');
        const page = target === '' ? path : normalize(join(dirname(path), target)).replace(/\/$/, '');
        const found = texts.get(page);
        if (found === undefined) return folders.has(page) ? [] : [`${path}: ${link} is not there`];
        if (anchor === undefined || !page.endsWith('.md') || anchorsOf(found).has(anchor)) return [];
        return [`${path}: ${link}: there is no such heading`];
      }),
    );
  },

  'files named in code exist': ({ files }) => {
    const known = new Set(files.flatMap(({ path }) => [path, ...foldersAbove(path)]));
    return pages(files).flatMap(({ path, text }) =>
      codeOf(text)
        .flatMap((code) => /^(?:src|test|scripts|docs|bench|schema)\/[\w./-]+$/.exec(code)?.[0] ?? [])
        .filter((named) => !known.has(named.replace(/\/$/, '')))
        .map((named) => `${path}: ${named} is not there`),
    );
  },

  'npm scripts exist': ({ files, scripts }) =>
    pages(files).flatMap(({ path, text }) =>
      codeOf(text)
        .flatMap((code) => [...code.matchAll(/\bnpm (?:run (?:--?\S+ )*([\w:-]+)|(test|start)\b)/g)])
        .map((match) => match[1] ?? match[2] ?? '')
        .filter((script) => !scripts.includes(script))
        .map((script) => `${path}: there is no npm script "${script}"`),
    ),

  'crossfeed commands exist': ({ files, commands }) =>
    pages(files).flatMap(({ path, text }) =>
      codeOf(text)
        .flatMap((code) => [...code.matchAll(/(?:^|[\s;&|(])(?:crossfeed|dist\/cli\/main\.js) +([a-z][a-z-]*)/gm)])
        .map((match) => match[1] ?? '')
        .filter((command) => !commands.includes(command))
        .map((command) => `${path}: there is no command "crossfeed ${command}"`),
    ),

  'no path of somebody’s machine': ({ files }) =>
    files.flatMap(({ path, text }) => matches(text, machinePaths).map((found) => `${path} names ${found}`)),

  'no host of a package registry': ({ files, registryHosts }) =>
    files.flatMap(({ path, text }) => [
      ...matches(text, /\bregistry\.(?!test\.ts\b)[a-z0-9-]+\.[a-z]{2,}/g).map((found) => `${path} names ${found}`),
      ...registryHosts.filter((host) => text.includes(host)).map(() => `${path} names the registry of this machine`),
    ]),

  'the README begins with the two commands': ({ files }) => {
    const readme = files.find(({ path }) => path === 'README.md')?.text ?? '';
    const blocks = [...readme.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].map(([, block = '']) => block.trim());
    return ['npm ci && npm run demo', 'npm ci && npm test']
      .filter((command, index) => blocks[index] !== command)
      .map((command) => `README.md: a code block of its own must say \`${command}\``);
  },
} as const satisfies Record<string, DocsRule>;

/** Home and scratch folders; `you`, `user`, `runner` are nobody's. Written so that the rule does not find itself. */
const machinePaths =
  /(?<![\w.~}*-])\/(?:work|root)\/[\w.-]+|(?<![\w.~}*-])\/tmp\/[\w.-]+|(?<![\w.~}*-])\/(?:home|Users)\/(?!you\b|user\b|me\b|runner\b)\w[\w.-]*\//g;

/** `a/b/c.ts` → `a/b`, `a`. */
function foldersAbove(path: string): string[] {
  const above = dirname(path);
  return above === '.' ? [] : [above, ...foldersAbove(above)];
}

function pages(files: readonly TextFile[]): TextFile[] {
  return files.filter(({ path }) => path.endsWith('.md'));
}

function matches(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([found]) => found))];
}

/** Targets of Markdown links into the repository; code is no prose, so links in it are examples. */
function linksOf(text: string): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)|^\[[^\]]+\]: +(\S+)/gm)]
    .map((match) => match[1] ?? match[2] ?? '')
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target));
}

/** Fenced blocks and inline code. */
function codeOf(text: string): string[] {
  const fences = [...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].map(([, code = '']) => code);
  const inline = text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g);
  return [...fences, ...[...inline].map(([, code = '']) => code)];
}

/** The anchors GitHub gives headings: lower case, punctuation dropped, blanks as hyphens, repeats numbered. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '');
  for (const [, heading = ''] of prose.matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = plain.replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-');
    let anchor = slug;
    for (let repeat = 1; anchors.has(anchor); repeat += 1) anchor = `${slug}-${repeat}`;
    anchors.add(anchor);
  }
  return anchors;
}
