/** One thing that a model was found to refuse, and how a request does without it. */
import type { JsonObject } from '../../canonical/json-value.ts';
import type { JsonEdit } from '../../framing/json-text.ts';
import { placesOf } from './body-path.ts';
import { mayLeaveOut, mayRename, type Steps } from './leave-out.ts';

/** What a refusal taught. `path` is a pattern in the body (`tools.*.strict`), for `beta` the beta's name. */
export interface Lesson {
  /** `field`: left out; `value`: left out where it is that value; `rename`: sent under another name; `beta`: not sent; `needs-beta`: sent along. */
  readonly kind: 'field' | 'value' | 'rename' | 'beta' | 'needs-beta';
  readonly path: string;
  /** The refused value, the name that is wanted, or the beta that is needed; empty for the other kinds. */
  readonly value: string;
  /** The upstream's words. */
  readonly words: string;
}

export interface LearnedRule extends Lesson {
  /** Eight hex digits. */
  readonly id: string;
  readonly endpoint: string;
  readonly modelId: string;
  /** In ms since the epoch. */
  readonly learnedAt: number;
}

export interface LearnedChanges {
  readonly edits: readonly { readonly edit: JsonEdit; readonly reason: string }[];
  readonly betas: readonly string[];
  readonly betaEdits: readonly { readonly reason: string }[];
}

/** What `lessons` change in a request. Every place is judged again: a pattern may mean more than was seen. */
export function applyLessons(
  lessons: readonly Lesson[],
  body: JsonObject,
  askedBetas: readonly string[],
): LearnedChanges {
  const edits: { edit: JsonEdit; reason: string }[] = [];
  const betaEdits: { reason: string }[] = [];
  let betas = askedBetas;
  for (const lesson of lessons) {
    const reason = `Copilot refused it for this model: ${lesson.words}`;
    if (lesson.kind === 'beta') {
      if (!betas.includes(lesson.path)) continue;
      betas = betas.filter((name) => name !== lesson.path);
      betaEdits.push({ reason });
      continue;
    }
    if (lesson.kind === 'rename') {
      const edit = renaming(body, lesson);
      if (edit !== undefined) edits.push({ edit, reason });
      continue;
    }
    const places = placesOf(body, lesson.path);
    if (lesson.kind === 'needs-beta') {
      if (places.length === 0 || betas.includes(lesson.value)) continue;
      betas = [...betas, lesson.value];
      betaEdits.push({ reason });
      continue;
    }
    for (const [steps, value] of places) {
      if (lesson.kind === 'value' && value !== lesson.value) continue;
      if (mayLeaveOut(steps, value)) edits.push({ edit: removal(steps), reason });
    }
  }
  return { edits, betas, betaEdits };
}

/** The value stays; where the wanted name has one of its own already, that one counts. */
function renaming(body: JsonObject, { path, value }: Lesson): JsonEdit | undefined {
  if (body[path] === undefined || !mayRename(path, value)) return undefined;
  return body[value] === undefined ? { op: 'rename', path: [path], to: value } : removal([path]);
}

function removal(path: Steps): JsonEdit {
  return { op: 'remove', path };
}

/** What a rule does, in one sentence for its owner. */
export function ruleText({ kind, path, value, modelId, endpoint }: LearnedRule): string {
  const what = {
    field: `\`${path}\` is left out`,
    value: `\`${path}\` is left out where it is ${value}`,
    rename: `\`${path}\` goes up as \`${value}\``,
    beta: `the beta ${path} is not sent`,
    'needs-beta': `\`${path}\` goes up with the beta ${value}`,
  }[kind];
  return `${what} for ${modelId} on ${endpoint}`;
}
