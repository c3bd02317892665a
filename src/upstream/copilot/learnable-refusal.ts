/** Reads what a refusal teaches: the field, beta or value that the upstream names, where a request may do without it. */
import type { JsonObject } from '../../canonical/json-value.ts';
import type { ProxyError } from '../../errors/proxy-error.ts';
import type { UpstreamPath } from '../upstream.ts';
import { patternOf, segmentsOf, stepsIn, valueAt } from './body-path.ts';
import { mayLeaveOut, mayRename } from './leave-out.ts';
import type { Lesson } from './learned-rule.ts';

/** The request as it was refused. */
export interface SentRequest {
  readonly path: UpstreamPath;
  /** Parsed from the bytes that went up. */
  readonly body: JsonObject;
  readonly betas: readonly string[];
  /** What was already applied to it. */
  readonly lessons: readonly Lesson[];
  /** Whether a lesson was tried and is known not to help. */
  readonly isFutile?: (lesson: Lesson) => boolean;
}

/** What the words name, before anybody looked whether the request has it. */
interface Hint {
  readonly kind: 'field' | 'value' | 'rename' | 'beta';
  readonly name: string;
  /** The refused value, undefined for whatever stands there; the wanted name of what is renamed. */
  readonly value?: string;
  readonly words: string;
}

type Refused = Pick<ProxyError, 'message' | 'param' | 'upstreamCode'>;

/** A path as upstreams spell it. */
const spelled = String.raw`[\w-]+(?:[.[][\w\]-]+)*`;
const quote = '[\'"`]?';

const extraInputs = new RegExp(`(${spelled}): Extra inputs are not permitted`, 'g');
const namedField = new RegExp(
  `(?:unsupported|unknown|unrecognized) (?:request )?(?:parameter|argument|field|key|property)s?(?: supplied)?:? ` +
    `${quote}(${spelled}(?:, ${spelled})*)${quote}`,
  'i',
);
const namedProperty = new RegExp(
  `property ${quote}(${spelled})${quote} is (?:unsupported|not (?:supported|allowed))`,
  'i',
);
const unknownName = new RegExp(`unknown name "(${spelled})"(?: at '(${spelled})')?`, 'i');
const unexpectedProperties = /\(((?:'[\w-]+'(?:, )?)+) (?:was|were) unexpected\)/i;
const refusedBetas = /unsupported beta header\(s\): ([\w-]+(?:[, ]+[\w-]+)*)/i;
const unexpectedBetas = /unexpected value\(s\) ((?:[`'"][\w-]+[`'"](?:, )?)+) for the [`'"]?anthropic-beta/i;
const valueAtPath = new RegExp(`(${spelled}): '([\\w-]{1,64})' is not supported`, 'i');
const oneOfThese = new RegExp(`(${spelled}): Input should be '[\\w-]+'`);
const unsupportedValue = /(?:unsupported|invalid) value: '([\w-]{1,64})'/i;
const valueOfField = new RegExp(`unsupported value: ${quote}(${spelled})${quote} does not support`, 'i');
const otherName = new RegExp(
  `${quote}\\b(\\w+)${quote} is not supported.{0,60}\\buse ${quote}(\\w+)${quote} instead`,
  'i',
);
/** The whole words, where they name nothing by its quotes or beside them: `service_tier is not supported`. */
const firstWordRefused = new RegExp(
  `^(?:bad request: )?(${spelled}) (?:is|are) (?:unsupported|not (?:supported|allowed|permitted))\\b`,
  'i',
);
const effortRefused = /reasoning.?effort\b.{0,60}\b(?:not supported|invalid|unsupported)|does not support the effort/i;
const quotedRefused = new RegExp(
  `['"\`](${spelled})['"\`] is (?:deprecated|unsupported|no longer supported|not supported)`,
  'i',
);
const plainlyRefused = /\b(?:is|are) not (?:supported|allowed|permitted)\b/i;

const effortPath: Readonly<Partial<Record<UpstreamPath, string>>> = {
  '/chat/completions': 'reasoning_effort',
  '/responses': 'reasoning.effort',
  '/v1/messages': 'output_config.effort',
};

/** Fields that the upstream knows under a beta: refused without it as if they were unknown. */
const betaOf: Readonly<Record<string, string>> = {
  context_management: 'context-management-2025-06-27',
  defer_loading: 'advanced-tool-use-2025-11-20',
  input_examples: 'advanced-tool-use-2025-11-20',
  allowed_callers: 'advanced-tool-use-2025-11-20',
};

/** More than one refusal ever named. */
const mostLessons = 8;

/** Empty where the refusal teaches nothing, or nothing that may be left out. */
export function readLessons(refused: Refused, sent: SentRequest): readonly Lesson[] {
  const lessons = hintsOf(refused, sent.path).flatMap((hint) => lessonOf(hint, sent));
  const seen = new Set<string>();
  return lessons
    .filter((lesson) => {
      if (sent.isFutile?.(lesson) === true) return false;
      const { kind, path, value } = lesson;
      const key = `${kind} ${path} ${value}`;
      return seen.has(key) ? false : seen.add(key);
    })
    .slice(0, mostLessons);
}

/** First match wins: the rows go from what is said in one way only to what may mean many things. */
function hintsOf({ message, param, upstreamCode }: Refused, path: UpstreamPath): Hint[] {
  const field = (name: string, words: string): Hint => ({ kind: 'field', name, words });
  const listed = (names: string): string[] => names.split(/[,\s]+/).map((name) => name.replaceAll(/['"`]/g, ''));

  const extra = [...message.matchAll(extraInputs)];
  if (extra.length > 0) return extra.map(([words, name = '']) => field(name, words));
  const betas = refusedBetas.exec(message) ?? unexpectedBetas.exec(message);
  if (betas) return listed(betas[1] ?? '').map((name) => ({ kind: 'beta', name, words: `the beta ${name}` }));
  const renamed = otherName.exec(message);
  if (renamed && mayRename(renamed[1] ?? '', renamed[2] ?? ''))
    return [{ kind: 'rename', name: renamed[1] ?? '', value: renamed[2] ?? '', words: renamed[0] }];
  const named = namedField.exec(message) ?? namedProperty.exec(message) ?? unexpectedProperties.exec(message);
  if (named) return listed(named[1] ?? '').map((name) => field(name, named[0]));
  const google = unknownName.exec(message);
  if (google) return [field(google[2] === undefined ? (google[1] ?? '') : `${google[2]}.${google[1]}`, google[0])];
  // Of a number OpenAI says: Unsupported value: 'temperature' does not support 0.2.
  const ofField = valueOfField.exec(message);
  if (ofField) return [field(ofField[1] ?? '', ofField[0])];
  const value = unsupportedValue.exec(message);
  if (value && param !== undefined && value[1] !== param) {
    return [{ kind: 'value', name: param, value: value[1] ?? '', words: `${param}: ${value[0]}` }];
  }
  const atPath = valueAtPath.exec(message);
  if (atPath) return [{ kind: 'value', name: atPath[1] ?? '', value: atPath[2] ?? '', words: atPath[0] }];
  const choice = oneOfThese.exec(message);
  if (choice) return [{ kind: 'value', name: choice[1] ?? '', words: `${choice[1]}: not one of the values it takes` }];
  if (upstreamCode === 'invalid_reasoning_effort' || effortRefused.test(message)) {
    const name = effortPath[path];
    return name === undefined ? [] : [{ kind: 'value', name, words: `${name}: the effort is not supported` }];
  }
  if (
    param !== undefined &&
    (upstreamCode === 'unsupported_value' || upstreamCode === 'unsupported_parameter' || plainlyRefused.test(message))
  ) {
    return [field(param, `${param} is not supported`)];
  }
  const quoted = quotedRefused.exec(message) ?? firstWordRefused.exec(message);
  return quoted ? [field(quoted[1] ?? '', quoted[0])] : [];
}

function lessonOf({ kind, name, value, words }: Hint, sent: SentRequest): Lesson[] {
  if (kind === 'beta') return sent.betas.includes(name) ? [{ kind, path: name, value: '', words }] : [];
  if (kind === 'rename') return sent.body[name] === undefined ? [] : [{ kind, path: name, value: value ?? '', words }];
  const steps = stepsIn(sent.body, segmentsOf(name));
  if (steps === undefined) return [];
  // A key with these in it cannot be told from a path.
  if (steps.some((step) => typeof step === 'string' && /[.*]/.test(step))) return [];
  const pattern = patternOf(steps);
  const standing = valueAt(sent.body, steps);
  const beta = kind === 'field' ? neededBeta(steps.at(-1), pattern, sent) : undefined;
  if (beta !== undefined) {
    const lesson: Lesson = { kind: 'needs-beta', path: pattern, value: beta, words };
    if (sent.isFutile?.(lesson) !== true) return [lesson];
  }
  if (!mayLeaveOut(steps, standing)) return [];
  if (kind === 'field') return [{ kind, path: pattern, value: '', words }];
  return typeof standing === 'string' && (value === undefined || value === standing)
    ? [{ kind, path: pattern, value: standing, words }]
    : [];
}

/** Undefined where none is needed, or where it was sent along and did not help. */
function neededBeta(name: string | number | undefined, pattern: string, sent: SentRequest): string | undefined {
  if (sent.path !== '/v1/messages' || typeof name !== 'string' || !Object.hasOwn(betaOf, name)) return undefined;
  const beta = betaOf[name];
  const family = beta?.replace(/\d{4}-\d{2}-\d{2}$/, '') ?? '';
  const tried = sent.lessons.some((lesson) => lesson.kind === 'needs-beta' && lesson.path === pattern);
  return tried || sent.betas.some((sentBeta) => sentBeta.startsWith(family)) ? undefined : beta;
}
