/** Tables in the docs that are made from the sources, so that a page cannot say anything else. */
import { checkOfError } from '../src/errors/error-check.ts';
import { translationRules } from '../src/canonical/translation-rules.ts';
import { defaultConfig } from '../src/config/config.ts';
import { negatedVariables, variables } from '../src/config/environment.ts';
import { valueAt } from '../src/config/config-path.ts';
import { configPaths, fields } from '../src/config/fields.ts';
import type { MemberTable } from '../src/protocols/member-table.ts';
import { requestMembers as messagesMembers } from '../src/protocols/anthropic-messages/member-tables.ts';
import { generationMembers, requestMembers as geminiMembers } from '../src/protocols/gemini/member-tables.ts';
import {
  chatMembers as ollamaChatMembers,
  embeddingMembers,
  generateMembers,
  optionMembers,
} from '../src/protocols/ollama/member-tables.ts';
import { requestMembers as chatMembers } from '../src/protocols/openai-chat/member-tables.ts';
import { requestMembers as completionsMembers } from '../src/protocols/openai-completions/member-tables.ts';
import { ignoredMembers, requestMembers } from '../src/protocols/openai-responses/member-tables.ts';
import { allPoints } from '../src/probe/all-points.ts';
import { breachRules } from '../src/simulator/breach-rules.ts';
import { namedRefusals, namedScenarios } from '../src/simulator/index.ts';
import { eventQuirks, lineQuirks, wholeQuirks } from '../src/simulator/quirks/all-quirks.ts';
import { bodyRules } from '../src/upstream/copilot/body-rules.ts';
import { retiredModels } from '../src/routing/retired-models.ts';
import { shippedAliases } from '../src/routing/shipped-aliases.ts';
import { exchangeFigures } from '../src/observability/metrics/exchange-figures.ts';
import { gauges } from '../src/observability/metrics/figures-now.ts';
import { allChecks } from '../src/doctor/all-checks.ts';
import { commandSections } from './command-tables.ts';

export interface DocTable {
  /** Path below the repository. */
  readonly page: string;
  /** Between `<!-- name: … -->` and `<!-- end of name -->` the table stands. */
  readonly name: string;
  readonly markdown: () => string;
}

const commands = await commandSections();

export const docTables: readonly DocTable[] = [
  { page: 'docs/cli.md', name: 'commands', markdown: () => commands },
  { page: 'docs/configuration.md', name: 'settings', markdown: settingsTable },
  { page: 'docs/metrics.md', name: 'figures', markdown: figuresTable },
  { page: 'docs/doctor.md', name: 'findings', markdown: findingsTable },
  { page: 'docs/doctor.md', name: 'errors', markdown: checksOfErrorsTable },
  { page: 'docs/protocols/edits.md', name: 'request rules', markdown: requestRulesTable },
  {
    page: 'docs/protocols/edits.md',
    name: 'translation rules',
    markdown: () => describedTable('rule', 'what it means', translationRules),
  },
  { page: 'docs/protocols/anthropic-messages.md', name: 'members', markdown: () => membersTable(messagesMembers) },
  { page: 'docs/protocols/gemini.md', name: 'members', markdown: () => membersTable(geminiMembers) },
  {
    page: 'docs/protocols/gemini.md',
    name: 'members of generationConfig',
    markdown: () => membersTable(generationMembers),
  },
  { page: 'docs/protocols/ollama.md', name: 'chat members', markdown: () => membersTable(ollamaChatMembers) },
  { page: 'docs/protocols/ollama.md', name: 'generate members', markdown: () => membersTable(generateMembers) },
  { page: 'docs/protocols/ollama.md', name: 'options', markdown: () => membersTable(optionMembers) },
  { page: 'docs/protocols/ollama.md', name: 'embedding members', markdown: () => membersTable(embeddingMembers) },
  { page: 'docs/protocols/openai-chat.md', name: 'members', markdown: () => membersTable(chatMembers) },
  {
    page: 'docs/protocols/openai-completions.md',
    name: 'members',
    markdown: () => membersTable(completionsMembers),
  },
  { page: 'docs/protocols/openai-responses.md', name: 'members', markdown: () => membersTable(requestMembers) },
  { page: 'docs/protocols/openai-responses.md', name: 'ignored members', markdown: ignoredTable },
  { page: 'docs/simulator.md', name: 'breaches', markdown: () => describedTable('rule', 'broken by', breachRules) },
  { page: 'docs/simulator.md', name: 'quirks', markdown: quirksTable },
  { page: 'docs/simulator.md', name: 'refusals', markdown: refusalsTable },
  { page: 'docs/simulator.md', name: 'scenarios', markdown: scenariosTable },
  { page: 'docs/probe.md', name: 'points', markdown: probeTable },
  { page: 'docs/models.md', name: 'shipped aliases', markdown: shippedAliasTable },
  { page: 'docs/models.md', name: 'retired models', markdown: retiredTable },
];

/** `text` with the table written anew; throws if the page has lost the two comments around it. */
export function withTable(text: string, { page, name, markdown }: DocTable): string {
  const begin = `<!-- ${name}: written by \`npm run docs:tables\` -->`;
  const end = `<!-- end of ${name} -->`;
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`${page} must hold ${begin} and ${end}`);
  return `${before}${begin}\n\n${markdown()}\n\n${end}${after}`;
}

function settingsTable(): string {
  return tableOf(
    ['setting', 'default', 'what it does', 'variable'],
    configPaths.map((path) => {
      const { description, allowed } = fields[path];
      const named = ([, set]: readonly [string, string]) => set === path;
      const off = Object.entries(negatedVariables).find(named)?.[0];
      const variable = off === undefined ? Object.entries(variables).find(named)?.[0] : `${off}=1`;
      const what = `${description} Allowed: ${allowed}.`;
      return [
        `\`${path}\``,
        `\`${JSON.stringify(valueAt(defaultConfig, path))}\``,
        what,
        variable ? `\`${variable}\`` : '',
      ];
    }),
  );
}

function requestRulesTable(): string {
  return tableOf(
    ['rule', 'on', 'why'],
    bodyRules.map(({ name, path, reason }) => [`\`${name}\``, path === 'any' ? 'all' : `\`${path}\``, reason]),
  );
}

/** `null` is harmless everywhere, so it is not listed. */
function membersTable(table: MemberTable): string {
  return tableOf(
    ['member', 'fate', 'what becomes of it'],
    Object.entries(table).map(([member, { fate, note, harmless = [] }]) => {
      const silent = harmless.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
      return [`\`${member}\``, fate, silent === '' ? note : `${note} Not reported where it is ${silent}.`];
    }),
  );
}

function ignoredTable(): string {
  return tableOf(
    ['member', 'why it is left out without an edit'],
    Object.entries(ignoredMembers).map(([member, note]) => [`\`${member}\``, note]),
  );
}

function shippedAliasTable(): string {
  return tableOf(
    ['name', 'used by'],
    shippedAliases.map(({ name, usedBy }) => [`\`${name}\``, usedBy]),
  );
}

function retiredTable(): string {
  return tableOf(
    ['retired', 'since'],
    retiredModels.map(({ id, since }) => [`\`${id}\``, since]),
  );
}

function probeTable(): string {
  const rows = allPoints.map(
    ({ id, question, request, reference, simulator }) =>
      `| \`${id}\` | ${question} | ${request} | ${reference} | ${simulator ?? 'recorded only'} |`,
  );
  return ['| point | question | request | reference | simulator |', '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

function describedTable(first: string, second: string, rows: Readonly<Record<string, string>>): string {
  return tableOf(
    [first, second],
    Object.entries(rows).map(([name, what]) => [`\`${name}\``, what]),
  );
}

function quirksTable(): string {
  return tableOf(
    ['quirk', 'on', 'what a client sees'],
    [
      ...Object.entries(eventQuirks).map(([name, { on, what }]) => [`\`${name}\``, `\`${on[0]}\``, what]),
      ...Object.entries(lineQuirks).map(([name, what]) => [`\`${name}\``, 'every stream', what]),
      ...Object.entries(wholeQuirks).map(([name, what]) => [`\`${name}\``, 'answers in one piece', what]),
    ],
  );
}

function refusalsTable(): string {
  const statuses = [...new Set(Object.values(namedRefusals).map(({ status }) => status))];
  return tableOf(
    ['status', 'names'],
    statuses.map((status) => [
      String(status),
      Object.entries(namedRefusals)
        .filter(([, refusal]) => refusal.status === status)
        .map(([name]) => `\`${name}\``)
        .join(', '),
    ]),
  );
}

function scenariosTable(): string {
  const rows = Object.entries(namedScenarios).map(([name, { what }]): [string, string] => [name, what]);
  return describedTable('scenario', 'what it plays', Object.fromEntries(rows));
}

function figuresTable(): string {
  const counted = exchangeFigures.map(({ buckets, ...figure }) => ({
    ...figure,
    type: buckets ? 'histogram' : 'counter',
  }));
  const rows = [...counted, ...gauges.map((figure) => ({ ...figure, type: 'gauge' }))];
  return tableOf(
    ['figure', 'type', 'labels', 'what it says'],
    rows.map(({ name, type, labels, help }) => [`\`${name}\``, type, labels.join(', '), help]),
  );
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** All settings within `config`, as dotted paths; written apart from `ConfigPath`, which the table is checked against. */
export function settingPaths(config: object): string[] {
  return Object.entries(config).flatMap(([key, value]: [string, unknown]) =>
    isGroup(value) ? settingPaths(value).map((path) => `${key}.${path}`) : [key],
  );
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function findingsTable(): string {
  const rows = allChecks.flatMap(({ id, kinds }) =>
    Object.entries(kinds).map(
      ([kind, { state, cause, cure }]) => `| \`${id}/${kind}\` | ${state} | ${cause} | ${cure} |`,
    ),
  );
  return ['| finding | state | cause | cure |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function checksOfErrorsTable(): string {
  const rows = allChecks.map(({ id, title }) => {
    const codes = Object.entries(checkOfError).flatMap(([code, check]) => (check === id ? [`\`${code}\``] : []));
    return `| \`${id}\` | ${title} | ${codes.join(', ')} |`;
  });
  return ['| check | of what | errors that it explains |', '| --- | --- | --- |', ...rows].join('\n');
}
