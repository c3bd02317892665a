/** Changes a plan by what was learned since: of the model's refusals, and of what this session went up without. */
import { isObject } from '../canonical/json-value.ts';
import type { RequestEdit } from '../canonical/request-edit.ts';
import { editJson, type JsonEdit } from '../framing/json-text.ts';
import { parseLatin1Json } from '../framing/latin1-json.ts';
import { imagesOf, surplusImages } from '../upstream/copilot/images.ts';
import { applyLessons, type Lesson } from '../upstream/copilot/learned-rule.ts';
import { withoutThoughts } from '../upstream/copilot/sealed-reasoning.ts';
import { containsImage } from '../upstream/copilot/vision.ts';
import type { ExchangePlan } from './plan-exchange.ts';
import type { SessionNotes } from './session-memory.ts';

export interface Corrections {
  readonly lessons: readonly Lesson[];
  readonly notes: {
    readonly imagePlaceholders: ReadonlySet<string>;
    readonly withoutThinking: ReadonlySet<string>;
  };
  readonly disabledRules: ReadonlySet<string>;
}

const placeholderReason = 'The request was too large for the upstream, so a text stands for an older image.';
const surplusReason = (most: number) => `The model takes ${most} images, so a text stands for the oldest.`;
const thinkingReason = 'The upstream refused thoughts that it cannot open; the session goes on without them.';

/** `plan` itself where nothing is to be corrected. What comes back goes up in its place. */
export function correctPlan(plan: ExchangePlan, { lessons, notes, disabledRules }: Corrections): ExchangePlan {
  const most = disabledRules.has('image-placeholder') ? Infinity : (plan.model.limits.promptImages ?? Infinity);
  const isCounted = plan.hasImages && most !== Infinity && plan.path !== '/v1/messages/count_tokens';
  const known = lessons.length + notes.imagePlaceholders.size + notes.withoutThinking.size;
  if (known === 0 && !isCounted) return plan;
  const text = plan.body.toString('latin1');
  if (known === 0 && imageWords(text) <= most) return plan;
  const body = parseLatin1Json(text);
  if (!isObject(body)) return plan;
  const bodyEdits: JsonEdit[] = [];
  const named: RequestEdit[] = [];
  function change(rule: string, reason: string, edit: JsonEdit) {
    bodyEdits.push(edit);
    named.push({ rule, reason, path: edit.path.join('.') });
  }

  let surplus: readonly string[] = [];
  if ((notes.imagePlaceholders.size > 0 || isCounted) && !disabledRules.has('image-placeholder')) {
    const images = imagesOf(plan.path, body);
    const kept = images.filter(({ id }) => !notes.imagePlaceholders.has(id));
    if (isCounted) surplus = surplusImages(kept, most);
    for (const { id, path, placeholder } of images) {
      const isSurplus = surplus.includes(id);
      if (!isSurplus && !notes.imagePlaceholders.has(id)) continue;
      const reason = isSurplus ? surplusReason(most) : placeholderReason;
      change('image-placeholder', reason, { op: 'set', path, value: placeholder });
    }
  }
  if (notes.withoutThinking.size > 0 && !disabledRules.has('without-thinking')) {
    for (const edit of withoutThoughts(plan.path, body, notes.withoutThinking)) {
      change('without-thinking', thinkingReason, edit);
    }
  }
  const applied = applyLessons(enabled(lessons, disabledRules), body, betasOf(plan));
  for (const { edit, reason } of applied.edits) change('learned-field', reason, edit);
  const betaEdits = applied.betaEdits.map(({ reason }): RequestEdit => ({
    rule: 'learned-beta',
    reason,
    path: 'anthropic-beta',
  }));
  if (named.length + betaEdits.length === 0) return plan;

  const corrected = bodyEdits.length === 0 ? text : editJson(text, bodyEdits);
  return {
    ...plan,
    lane: bodyEdits.length > 0 && plan.lane === 'raw' ? 'patched' : plan.lane,
    edits: [...plan.edits, ...named, ...betaEdits],
    body: bodyEdits.length === 0 ? plan.body : Buffer.from(corrected, 'latin1'),
    headers: betaEdits.length === 0 ? plan.headers : withBetas(plan.headers, applied.betas),
    hasImages: plan.hasImages && containsImage(plan.path, objectIn(corrected)),
    surplusImages: surplus,
  };
}

/** At least as many as there are images: what is few need not be parsed again. */
function imageWords(text: string): number {
  let count = 0;
  for (const _word of text.matchAll(/"(?:image|image_url|input_image)"\s*[,}]/g)) count += 1;
  return count;
}

/** The betas that go up with `plan`. */
export function betasOf({ headers }: Pick<ExchangePlan, 'headers'>): readonly string[] {
  return (headers['anthropic-beta'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function withBetas(headers: ExchangePlan['headers'], betas: readonly string[]): ExchangePlan['headers'] {
  const { 'anthropic-beta': _before, ...rest } = headers;
  return betas.length === 0 ? rest : { ...rest, 'anthropic-beta': betas.join(',') };
}

function enabled(lessons: readonly Lesson[], disabledRules: ReadonlySet<string>): readonly Lesson[] {
  const ruleOf = ({ kind }: Lesson) => (kind === 'beta' || kind === 'needs-beta' ? 'learned-beta' : 'learned-field');
  return lessons.filter((lesson) => !disabledRules.has(ruleOf(lesson)));
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  const parsed = parseLatin1Json(text);
  return isObject(parsed) ? parsed : {};
}

/** More than a session ever needs; the oldest goes first. */
const mostNotes = 500;

/** Adds to a session's notes, bounded. */
export function note(notes: SessionNotes['imagePlaceholders'], ids: Iterable<string>) {
  for (const id of ids) notes.add(id);
  for (const id of notes) {
    if (notes.size <= mostNotes) return;
    notes.delete(id);
  }
}
