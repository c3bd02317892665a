/** Redacts what stands beside a log message, at any depth, and cuts it to a size that fits a log. */
import type { Redactor } from './redact.ts';

const maxDepth = 6;
const maxEntries = 100;
const maxTextLength = 4096;
/** Names whose value is a secret whatever it looks like. */
const secretName = /^(?:authorization|cookie|set-cookie|token|secret|password|api[-_]?key|x-(?:goog-)?api-key)$/i;

export function redactFields(fields: Readonly<Fields>, redactor: Redactor): Readonly<Fields> {
  return redactEntries(fields, redactor, 0);
}

type Fields = Record<string, unknown>;

/** The same object where nothing in it has to change, which is so of nearly every line. */
function redactEntries(value: Fields, redactor: Redactor, depth: number): Fields {
  const names = Object.keys(value);
  const isPlain = Object.getPrototypeOf(value) === Object.prototype && typeof value['toJSON'] !== 'function';
  let clean: Fields | undefined = isPlain && names.length <= maxEntries ? undefined : {};
  for (let at = 0; at < names.length && at < maxEntries; at += 1) {
    const name = names[at] as string;
    const each = value[name];
    const cleanName = redactor.redact(name);
    const isHidden = typeof each === 'string' && secretName.test(name);
    const cleanEach = isHidden ? '[redacted]' : redactValue(each, redactor, depth + 1);
    if (clean === undefined) {
      if (cleanName === name && cleanEach === each) continue;
      clean = {};
      for (const before of names.slice(0, at)) put(clean, before, value[before]);
    }
    if (each !== undefined) put(clean, cleanName, cleanEach);
  }
  return clean ?? value;
}

/** Plain assignment where it may be: an object made of defined properties is several times dearer to make and to print. */
function put(clean: Fields, name: string, value: unknown): void {
  if (name === '__proto__') Object.defineProperty(clean, name, { value, enumerable: true });
  else clean[name] = value;
}

function redactValue(value: unknown, redactor: Redactor, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return redactText(value, redactor);
    case 'number':
    case 'boolean':
    case 'undefined':
      return value;
    case 'bigint':
    case 'symbol':
      return redactText(value.toString(), redactor);
    case 'object':
      break;
    default:
      return null;
  }
  if (value === null) return null;
  if (value instanceof Error) return errorFields(value, redactor, depth);
  if (depth >= maxDepth) return '[deeper]';
  // Bytes are prompts or answers: their length is all that a log may know.
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return redactList(value, redactor, depth);
  return redactEntries(value as Fields, redactor, depth);
}

function redactList(list: readonly unknown[], redactor: Redactor, depth: number): readonly unknown[] {
  const clean = list.slice(0, maxEntries).map((each) => redactValue(each, redactor, depth + 1));
  return clean.length === list.length && clean.every((each, at) => each === list[at]) ? list : clean;
}

/** Name, message, code, where it was thrown, and the cause: never other properties, which may hold a whole request. */
function errorFields(error: Error, redactor: Redactor, depth: number): Record<string, unknown> {
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return {
    name: redactText(error.name, redactor),
    message: redactText(error.message, redactor),
    ...('code' in error && { code: redactValue(error.code, redactor, maxDepth) }),
    ...(frames.length > 0 && { stack: frames.slice(0, 12).map((frame) => redactText(frame.trim(), redactor)) }),
    ...(error.cause !== undefined && depth < maxDepth && { cause: redactValue(error.cause, redactor, depth + 1) }),
  };
}

function redactText(text: string, redactor: Redactor): string {
  if (text.length <= maxTextLength) return redactor.redact(text);
  // Redacted before it is cut: a secret across the cut would no longer look like one.
  return `${redactor.redact(text.slice(0, 2 * maxTextLength)).slice(0, maxTextLength)}… (${text.length} characters)`;
}
