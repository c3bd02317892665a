/** The rules of the docs check, each on a small made-up repository that breaks it. */
import { expect, test } from 'vitest';
import { anchorsOf, docsRules } from '../../scripts/docs-rules.ts';
import type { Repository } from '../../scripts/docs-rules.ts';

const readme = `# Title\n\n\`\`\`sh\nnpm ci && npm run demo\n\`\`\`\n\n\`\`\`sh\nnpm ci && npm test\n\`\`\`\n`;

function repositoryWith(text: string, path = 'docs/page.md'): Repository {
  return {
    files: [
      { path: 'README.md', text: path === 'README.md' ? text : readme },
      { path, text },
    ],
    scripts: ['demo', 'test', 'test:clients'],
    commands: ['start', 'keys'],
    registryHosts: ['packages.example.net'],
  };
}

test.each(Object.entries(docsRules))('%s: a clean repository passes', (_name, rule) => {
  const text = [
    '# A heading: `code` & more',
    '[up](../README.md#title) [here](#a-heading-code--more) [out](https://example.com/x) [folder](../docs/)',
    'Run `npm run demo`, `npm run test:clients -- --smoke`, `npm test` and `crossfeed start --port 0`.',
    '`docs/page.md` in `docs/`, `src/x.ts#part` and `src/<room>`',
    'Crossfeed is a proxy; crossfeed turns `~/.crossfeed/config.jsonc` and /home/you/x into nothing.',
  ].join('\n');
  expect(rule(repositoryWith(text))).toEqual([]);
});

// Assembled, because the docs check reads this file too.
const slash = '/';

test.each([
  ['links lead somewhere', '[gone](gone.md)'],
  ['links lead somewhere', '[gone](../README.md#nothing)'],
  ['links lead somewhere', '[gone]: ../gone.md'],
  ['files named in code exist', 'see `src/gone.ts`'],
  ['files named in code exist', 'see `docs/gone/`'],
  ['npm scripts exist', 'Run `npm run nothing`.'],
  ['npm scripts exist', '```sh\nnpm start\n```'],
  ['crossfeed commands exist', '`crossfeed fly --high`'],
  ['crossfeed commands exist', '```sh\nX=1 crossfeed fly\n```'],
  ['no path of somebody’s machine', `see ${slash}work/main`],
  ['no path of somebody’s machine', `"${slash}tmp/x"`],
  ['no path of somebody’s machine', `${slash}home/anna/x`],
  ['no path of somebody’s machine', `file://${slash}Users/anna/x`],
  ['no host of a package registry', ['https://registry', 'npmjs', 'org/x'].join('.')],
  ['no host of a package registry', 'https://packages.example.net/x'],
] as const)('%s: caught in %j', (name, text) => {
  expect(docsRules[name](repositoryWith(text))).toHaveLength(1);
});

test('a README without the two commands in front is caught', () => {
  const rule = docsRules['the README begins with the two commands'];
  expect(rule(repositoryWith('```sh\nnpm ci && npm test\n```\n', 'README.md'))).toHaveLength(2);
});

test('anchors are made as GitHub makes them', () => {
  const text = '# What it is\n## What it is\n### `/v1/models`, and [more](x.md)!\n```\n# no heading\n```\n';
  expect([...anchorsOf(text)]).toEqual(['what-it-is', 'what-it-is-1', 'v1models-and-more']);
});
