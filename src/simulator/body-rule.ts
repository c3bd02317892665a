/** A rule about bodies: its name, which the log of breaches shows, and the verdict that the upstream gives on a breach. */
import { isObject, type JsonObject } from './json-value.ts';
import type { EndpointCall } from './model-endpoint.ts';
import { nestedRefusal, type Refusal } from './refusal.ts';

export interface BodyRule {
  /** Stable: tests and `docs/simulator.md` name it. */
  readonly name: string;
  refuse(call: EndpointCall): Refusal | undefined;
}

/** The first refusal, under the name of the rule that spoke it. */
export function judge(rules: readonly BodyRule[], call: EndpointCall): Refusal | undefined {
  for (const rule of rules) {
    const refusal = rule.refuse(call);
    if (refusal !== undefined) return { ...refusal, rule: rule.name };
  }
  return undefined;
}

/** The first refusal among a list's members. */
export function firstOf<T>(
  members: readonly T[],
  refuse: (member: T, index: number) => Refusal | undefined,
): Refusal | undefined {
  for (const [index, member] of members.entries()) {
    const refusal = refuse(member, index);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** How Copilot wraps what an OpenAI-shaped backend finds wrong with a body. */
export function invalidBody(message: string, param?: string): Refusal {
  return nestedRefusal(400, message, 'invalid_request_body', param);
}

/** `'a', 'b', and 'c'`, as OpenAI lists what it would have taken. */
export function quotedList(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`);
  return quoted.length < 3
    ? quoted.join(' and ')
    : `${quoted.slice(0, -1).join(', ')}, and ${quoted[quoted.length - 1] ?? ''}`;
}

/** What JSON calls the value, in OpenAI's words. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (isObject(value)) return 'an object';
  return typeof value === 'boolean' ? 'a boolean' : `a ${typeof value}`;
}

/** Names of fields, from a line of words: allow-lists are data, and this keeps them readable. */
export function wordsOf(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.join(' ').split(' ').filter(Boolean));
}

/** The first field that is not on the list. */
export function unknownField(value: JsonObject, known: ReadonlySet<string>): string | undefined {
  return Object.keys(value).find((key) => !known.has(key));
}
