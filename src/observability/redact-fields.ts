/** Redacts what stands beside a log message, at any depth, and cuts it to a size that fits a log. */
import type { Redactor } from './redact.ts';

const maxDepth = 6;
const maxEntries = 100;
const maxTextLength = 4096;
/** Names whose value is a secret whatever it looks like. */
const secretName = /^(?:authorization|cookie|set-cookie|token|secret|password|api[-_]?key|x-(?:goog-)?api-key)$/i;

export function redactFields(fields: Readonly<Record<string, unknown>>, redactor: Redactor): Record<string, unknown> {
  return redactEntries(fields, redactor, 0);
}

function redactEntries(value: object, redactor: Redactor, depth: number): Record<string, unknown> {
  const clean: Record<string, unknown> = {};
  let entries = 0;
  for (const [name, each] of Object.entries(value)) {
    if ((entries += 1) > maxEntries) break;
    if (each === undefined) continue;
    const hidden = typeof each === 'string' && secretName.test(name);
    put(clean, redactor.redact(name), hidden ? '[redacted]' : redactValue(each, redactor, depth + 1));
  }
  return clean;
}

/** Plain assignment where it may be: an object made of defined properties is several times dearer to make and to print. */
function put(clean: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') Object.defineProperty(clean, name, { value, enumerable: true });
  else clean[name] = value;
}

function redactValue(value: unknown, redactor: Redactor, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return redactText(value, redactor);
    case 'number':
    case 'boolean':
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
  if (Array.isArray(value)) return value.slice(0, maxEntries).map((each) => redactValue(each, redactor, depth + 1));
  return redactEntries(value, redactor, depth);
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
