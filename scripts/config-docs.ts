/** The table of settings in `docs/configuration.md`, made from the settings themselves. */
import type { Config } from '../src/config/config.ts';
import { defaultConfig } from '../src/config/config.ts';
import { variables } from '../src/config/environment.ts';
import { fields } from '../src/config/fields.ts';

const begin = '<!-- settings: written by `npm run docs:config` -->';
const end = '<!-- end of settings -->';

/** `page` with its table of settings replaced; throws if the page has lost the two comments around it. */
export function withSettings(page: string): string {
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`the page must hold ${begin} and ${end}`);
  return `${before}${begin}\n\n${settingsTable()}\n\n${end}${after}`;
}

export function settingsTable(): string {
  const rows = Object.entries(fields).map(([path, { description, allowed }]) => {
    const variable = Object.entries(variables).find(([, set]) => set === path)?.[0];
    const cells = [
      `\`${path}\``,
      shown(defaultOf(path)),
      `${description} Allowed: ${allowed}.`,
      variable ? `\`${variable}\`` : '',
    ];
    return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  });
  return ['| setting | default | what it does | variable |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** All settings of `config`, as `section.name`. */
export function settingPaths(config: Config): string[] {
  return Object.entries(config).flatMap(([section, settings]) =>
    Object.keys(settings as object).map((name) => `${section}.${name}`),
  );
}

function defaultOf(path: string): unknown {
  const [section = '', name = ''] = path.split('.');
  const settings: unknown = Object.entries(defaultConfig).find(([key]) => key === section)?.[1];
  return Object.entries(settings ?? {}).find(([key]) => key === name)?.[1];
}

function shown(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}
