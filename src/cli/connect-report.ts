/** What `crossfeed connect` shows: the change before, and what came of it after. */
import type { ConnectRecord } from '../connect/connect-record.ts';
import type { PlannedFile } from '../connect/connect-files.ts';
import type { ToolKnowledge, ToolPlan } from '../connect/tool-knowledge.ts';
import { createRedactor } from '../observability/redact.ts';
import type { CliContext } from './cli-context.ts';
import type { KeylessPlace } from './connect-place.ts';
import { diffLines } from './diff-lines.ts';
import { writeJson } from './table.ts';

/** Looks like a key, and is none: what is shown before there is one. */
export const shownKey = 'cf_the-key-of-this-tool';

export function showChange(
  context: CliContext,
  tool: ToolKnowledge,
  { models }: KeylessPlace,
  planned: readonly PlannedFile[],
) {
  const redactor = createRedactor();
  const write = (line: string) => context.stdout.write(`${line}\n`);
  if (planned.every(({ now, next }) => withoutKeys(now) === withoutKeys(next))) write('Nothing has to change.');
  for (const { file, format, now, next } of planned) {
    if (withoutKeys(now) === withoutKeys(next)) continue;
    write(`${file}${now === null ? ' (new)' : next === null ? ' (goes)' : ''}`);
    if (format === 'own' && next !== null) write(`  + ${next.length} characters, written by Crossfeed`);
    else
      for (const line of diffLines(withoutKeys(now) ?? '', withoutKeys(next) ?? '', (one) => redactor.redact(one)))
        write(`  ${line}`);
  }
  if (models !== null) {
    const { big, small, background } = models;
    write(
      `Models of ${tool.title}: ${big.id} for the work, ${small.id} for small tasks, ${background.id} in the background.`,
    );
  }
}

/** The key of a further connect is the one that is there. */
function withoutKeys(text: string | null): string | null {
  return text?.replaceAll(/cf_[\w-]{8,}/g, shownKey) ?? null;
}

export interface Written {
  readonly record: ConnectRecord;
  readonly key: string;
  readonly plan: ToolPlan;
  readonly isNewKey: boolean;
}

interface Reported {
  readonly tool: ToolKnowledge;
  readonly place: KeylessPlace;
  readonly written: Written;
  readonly call: boolean;
  readonly failed: string | null;
  readonly asJson: boolean;
}

export function report(context: CliContext, { tool, place, written, call, failed, asJson }: Reported): void {
  const { record, plan, isNewKey } = written;
  const { keyLabel, projectDir } = record;
  if (asJson) {
    const { models } = place;
    writeJson(context, {
      tool: tool.id,
      projectDir,
      url: record.url,
      files: record.files.map(({ file }) => file),
      keyLabel,
      models: models === null ? null : { big: models.big.id, small: models.small.id, background: models.background.id },
      check: call ? (failed === null ? 'passed' : 'failed') : 'not made',
      problem: failed,
      notes: plan.notes,
    });
    return;
  }
  const say = (line: string) => context.stdout.write(`${line}\n`);
  if (keyLabel !== null) say(`${isNewKey ? 'It has a key of its own' : 'It keeps its key'}, ${keyLabel}.`);
  for (const note of plan.notes) say(note);
  if (failed === null) {
    say(
      `${tool.title} is connected${call ? ', and a call in its protocol was answered' : ''}. \`crossfeed disconnect ${tool.id}${projectDir === null ? '' : ' --project'}\` undoes it.`,
    );
    return;
  }
  context.stderr.write(
    `crossfeed: ${tool.title} is connected, but the check failed: ${createRedactor().redact(failed)}\n`,
  );
}
