/** Finds the model of the catalogue that a name means, whatever its spelling; no name ever slides to another version. */
import type { Model } from '../canonical/model.ts';
import {
  compareVersions,
  dashForm,
  partsOf,
  windowSuffix,
  withoutDate,
  withoutTag,
  withoutVendor,
  type NameParts,
} from './model-name.ts';

/** What of a name led to its model. */
export type NameRule =
  /** The catalogue's own id. */
  | 'id'
  /** Its dash or dot form, or other capitals. */
  | 'spelling'
  /** The catalogue's `version` of the model. */
  | 'version'
  /** With the day of a release, or `-latest`, behind it. */
  | 'dated'
  /** The same words and version in another order. */
  | 'order'
  /** With `:latest` behind it, as Ollama's clients write it. */
  | 'tag'
  /** With a vendor before it. */
  | 'vendor'
  /** `claude-` before a model that is none, as the Anthropic list shows it (`decisions.md` 49). */
  | 'discovery'
  /** A family without a version: the newest that the seat can use. */
  | 'family';

export type NameMatch =
  | { readonly kind: 'found'; readonly model: Model; readonly by: NameRule; readonly smallerWindow?: number }
  | { readonly kind: 'ambiguous'; readonly models: readonly Model[] }
  | { readonly kind: 'unknown' };

const unknown: NameMatch = { kind: 'unknown' };
/** As the lists show a model whose id does not begin so. */
const discoveryPrefix = 'claude-';
/** Says how ready a model is, not which one it is. */
const stageWords: ReadonlySet<string> = new Set(['preview', 'latest', 'exp', 'beta']);

export function resolveName(models: readonly Model[], asked: string): NameMatch {
  const whole = spelled(models, asked);
  if (whole.kind !== 'unknown') return whole;
  const bare = withoutTag(asked);
  if (bare !== asked) return tagged(models, bare);
  const window = windowSuffix(asked);
  if (window !== null) return inWindow(models, window.base, window.tokens);
  return byBareName(models, asked);
}

function tagged(models: readonly Model[], bare: string): NameMatch {
  const match = resolveName(models, bare);
  return match.kind === 'found' && match.by === 'id' ? { ...match, by: 'tag' } : match;
}

/** A longer window is a variant with an id of its own, or the model's own; else the model serves with what it has. */
function inWindow(models: readonly Model[], base: string, tokens: number): NameMatch {
  const match = resolveName(models, base);
  if (match.kind !== 'found') return match;
  const label = tokens % 1_000_000 === 0 ? `${tokens / 1_000_000}m` : `${tokens / 1_000}k`;
  const variant = spelled(models, `${match.model.id}-${label}`);
  if (variant.kind === 'found') return { ...variant, by: 'spelling' };
  const { by } = match;
  const plain = by === 'id' ? 'spelling' : by;
  const { contextTokens, promptTokens } = match.model.limits;
  const own = contextTokens ?? promptTokens;
  if (own === undefined || own >= tokens) return { ...match, by: plain };
  return { ...match, by: plain, smallerWindow: own };
}

function byBareName(models: readonly Model[], asked: string): NameMatch {
  const lower = asked.toLowerCase();
  const bare = withoutVendor(lower);
  if (bare !== lower) {
    const match = spelled(models, bare);
    if (match.kind !== 'unknown') return match.kind === 'found' ? { ...match, by: 'vendor' } : match;
  }
  for (const name of new Set([lower, bare])) {
    const match = dated(models, name);
    if (match.kind !== 'unknown') return match;
  }
  if (bare.startsWith(discoveryPrefix)) {
    const match = spelled(models, bare.slice(discoveryPrefix.length));
    if (match.kind === 'found' && !isClaudeNamed(match.model)) return { ...match, by: 'discovery' };
  }
  return newestOfFamily(models, bare);
}

/** By id, by its dash or dot form in any capitals, by the catalogue's version: each must mean one model alone. */
function spelled(models: readonly Model[], asked: string): NameMatch {
  const exact = models.find((model) => model.id === asked);
  if (exact !== undefined) return { kind: 'found', model: exact, by: 'id' };
  const lower = asked.toLowerCase();
  const cased = only(models, (model) => model.id.toLowerCase() === lower, 'spelling');
  if (cased.kind !== 'unknown') return cased;
  const dashed = dashForm(asked);
  const respelled = only(models, (model) => dashForm(model.id) === dashed, 'spelling');
  if (respelled.kind !== 'unknown') return respelled;
  return only(models, ({ version }) => version !== undefined && dashForm(version) === dashed, 'version');
}

function dated(models: readonly Model[], name: string): NameMatch {
  const bare = withoutDate(name);
  const match = bare === name ? unknown : spelled(models, bare);
  if (match.kind === 'found') return { ...match, by: 'dated' };
  if (match.kind === 'ambiguous') return match;
  const parts = partsOf(name);
  if (parts.version.length === 0) return unknown;
  return only(models, ({ id }) => isSame(partsOf(id), parts), 'order');
}

function isSame(a: NameParts, b: NameParts): boolean {
  return (
    compareVersions(a.version, b.version) === 0 &&
    a.words.length === b.words.length &&
    a.words.toSorted().join(' ') === b.words.toSorted().join(' ')
  );
}

/** `sonnet` and `claude-sonnet`: the newest version of one family. Two families of that name are a question, not an answer. */
function newestOfFamily(models: readonly Model[], name: string): NameMatch {
  const asked = familyOf(partsOf(name));
  if (asked === '' || partsOf(name).version.length > 0) return unknown;
  const members = models
    .filter(isUsable)
    .map((model) => ({ model, parts: partsOf(model.id) }))
    .map((member) => ({ ...member, family: familyOf(member.parts) }))
    .filter(({ family }) => family === asked || family.slice(family.indexOf(' ') + 1) === asked);
  const listed = members.filter(({ model }) => model.listed);
  const candidates = listed.length > 0 ? listed : members;
  const exact = candidates.filter(({ family }) => family === asked);
  const chosen = exact.length > 0 ? exact : candidates;
  if (new Set(chosen.map(({ family }) => family)).size > 1) return ambiguous(chosen.map(({ model }) => model));
  const newest = chosen.toSorted(
    (a, b) => compareVersions(b.parts.version, a.parts.version) || Number(a.model.preview) - Number(b.model.preview),
  );
  const [first, second] = newest;
  if (first === undefined) return unknown;
  const tied =
    second !== undefined &&
    compareVersions(first.parts.version, second.parts.version) === 0 &&
    first.model.preview === second.model.preview;
  return tied ? ambiguous([first.model, second.model]) : { kind: 'found', model: first.model, by: 'family' };
}

const familyOf = ({ words }: NameParts): string => words.filter((word) => !stageWords.has(word)).join(' ');

function isUsable({ kind, policyState, endpoints }: Model): boolean {
  return kind === 'chat' && policyState === 'enabled' && endpoints.length > 0;
}

function isClaudeNamed({ id }: Model): boolean {
  return id.toLowerCase().startsWith('claude');
}

/** The id under which a client that shows only Claude's models lists this one. */
export function discoveryName(model: Model): string {
  return isClaudeNamed(model) ? model.id : `${discoveryPrefix}${model.id}`;
}

function only(models: readonly Model[], holds: (model: Model) => boolean, by: NameRule): NameMatch {
  const found = models.filter(holds);
  const [model] = found;
  if (model === undefined) return unknown;
  return found.length === 1 ? { kind: 'found', model, by } : ambiguous(found);
}

function ambiguous(models: readonly Model[]): NameMatch {
  return { kind: 'ambiguous', models };
}
