/** One exchange in a file of its own: what is needed to look at it, and to play it again, without the proxy that saw it. */
import type { CapturedText } from './capture.ts';
import type { ExchangeRecord } from './exchange-record.ts';
import { isObject, parseJson } from './json-value.ts';
import type { Model } from './model.ts';

export const capsuleFormat = 'crossfeed-capsule/1';

export interface Capsule {
  readonly format: typeof capsuleFormat;
  /** ISO 8601. */
  readonly madeAt: string;
  /** Of the program that made it. */
  readonly versions: { readonly crossfeed: string; readonly node: string };
  /** Account, key, project and session are told apart, and not named. */
  readonly record: ExchangeRecord;
  /** As the catalogue described it when the capsule was made; null where it could not be asked. */
  readonly model: Model | null;
  /** Null where nothing was captured, and where they were not wanted. */
  readonly bodies: CapsuleBodies | null;
}

export interface CapsuleBodies {
  readonly request: CapturedText;
  readonly sent: CapturedText | null;
  readonly received: CapturedText | null;
  readonly answer: CapturedText;
}

type Read = { readonly capsule: Capsule } | { readonly problem: string };

/** The capsule in a file's text, or in one sentence why there is none. */
export function readCapsule(text: string): Read {
  const value = parseJson(text);
  const format = isObject(value) ? value['format'] : undefined;
  const version = typeof format === 'string' ? /^crossfeed-capsule\/(\d{1,6})$/.exec(format)?.[1] : undefined;
  if (value === undefined) return { problem: 'This is no capsule, or a damaged one: it is not JSON.' };
  if (version === undefined || !isObject(value)) return { problem: 'This is JSON, but no capsule of Crossfeed.' };
  if (Number(version) > 1)
    return { problem: `This capsule (${String(format)}) was made by a newer Crossfeed: update to read it.` };
  const damaged = damagedMember(value);
  if (damaged !== undefined) return { problem: `This capsule is damaged: its ${damaged} is missing or broken.` };
  return { capsule: value as unknown as Capsule };
}

const recordTexts = ['id', 'protocol', 'operation', 'route', 'session', 'keyId', 'outcome'] as const;
const recordNumbers = ['startedAt', 'durationMs', 'status', 'requestBytes', 'responseBytes'] as const;

function damagedMember(value: Readonly<Record<string, unknown>>): string | undefined {
  const { record, model, bodies, versions } = value;
  if (!isObject(record)) return 'record';
  const text = recordTexts.find((name) => typeof record[name] !== 'string');
  const number = recordNumbers.find((name) => typeof record[name] !== 'number');
  const name = text ?? number ?? (Array.isArray(record['edits']) ? undefined : 'edits');
  if (name !== undefined) return `record.${name}`;
  if (!isObject(versions) || typeof versions['crossfeed'] !== 'string') return 'versions';
  if (model !== null && !isModel(model)) return 'model';
  if (bodies === null) return undefined;
  if (!isObject(bodies)) return 'bodies';
  const broken = (['request', 'answer', 'sent', 'received'] as const).find((part) => {
    const isNeeded = part === 'request' || part === 'answer';
    return bodies[part] === null ? isNeeded : !isCapturedText(bodies[part]);
  });
  return broken === undefined ? undefined : `bodies.${broken}`;
}

function isCapturedText(value: unknown): value is CapturedText {
  return (
    isObject(value) &&
    typeof value['text'] === 'string' &&
    typeof value['bytes'] === 'number' &&
    typeof value['isCut'] === 'boolean'
  );
}

function isModel(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value['id'] === 'string' &&
    typeof value['vendor'] === 'string' &&
    Array.isArray(value['endpoints']) &&
    isObject(value['limits']) &&
    isObject(value['supports'])
  );
}
