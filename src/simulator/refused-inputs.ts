/** Inputs that the upstream refuses from now on, though it took them yesterday: its rules change under a running proxy. */
import type { IncomingHttpHeaders } from 'node:http';
import { arrayOf, isObject, objectOf, stringOf, type JsonObject } from './json-value.ts';
import { anthropicRefusal, nestedRefusal, plainRefusal, type Refusal } from './refusal.ts';

/** `on` and `model` narrow a rule to one endpoint and one model; without them it holds for all. */
export type RefusedInput = { readonly on?: string; readonly model?: string } & (
  | /** A field by its path, `*` for any index (`tools.*.strict`); taken all the same with a beta of this prefix. */ {
      readonly field: string;
      readonly unlessBeta?: string;
    }
  | { readonly beta: string }
  | /** A field that may not have this value. */ { readonly value: string; readonly is: string }
  | /** Bodies above this size. */ { readonly bodyBytes: number }
);

export interface RefusedInputs {
  add(rule: RefusedInput): void;
  clear(): void;
  /** The first refusal that a call runs into. */
  refuse(call: RefusableCall): Refusal | undefined;
}

export interface RefusableCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
  readonly bodyBytes: number;
}

export function isRefusedInput(value: unknown): value is RefusedInput {
  const rule = objectOf(value);
  const texts = ['on', 'model', 'field', 'unlessBeta', 'beta', 'value', 'is'];
  if (texts.some((key) => rule[key] !== undefined && typeof rule[key] !== 'string')) return false;
  const kinds = ['field', 'beta', 'value', 'bodyBytes'].filter((key) => rule[key] !== undefined);
  if (kinds.length !== 1 || (rule['value'] !== undefined && rule['is'] === undefined)) return false;
  return rule['bodyBytes'] === undefined || typeof rule['bodyBytes'] === 'number';
}

export function createRefusedInputs(): RefusedInputs {
  let rules: RefusedInput[] = [];
  return {
    add: (rule) => void rules.push(rule),
    clear() {
      rules = [];
    },
    refuse(call) {
      if (!isObject(call.body)) return undefined;
      const { model } = call.body;
      for (const rule of rules) {
        if (rule.on !== undefined && rule.on !== call.path) continue;
        if (rule.model !== undefined && rule.model !== model) continue;
        const refusal = judge(rule, call, call.body);
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    },
  };
}

function judge(rule: RefusedInput, call: RefusableCall, body: JsonObject): Refusal | undefined {
  const { path, headers } = call;
  if ('bodyBytes' in rule)
    return call.bodyBytes > rule.bodyBytes ? plainRefusal(413, 'Request Entity Too Large') : undefined;
  const betas = stringOf(headers['anthropic-beta']).split(/[,\s]+/);
  if ('beta' in rule)
    return betas.includes(rule.beta)
      ? nestedRefusal(400, `unsupported beta header(s): ${rule.beta}`, 'invalid_request_body')
      : undefined;
  const pattern = 'field' in rule ? rule.field : rule.value;
  const found = placesOf(body, pattern.split('.')).find(([, value]) => !('is' in rule) || value === rule.is);
  if (found === undefined) return undefined;
  const [place] = found;
  if ('is' in rule) {
    const message = `Unsupported value: '${rule.is}' is not supported with the '${stringOf(body['model'])}' model.`;
    return path === '/v1/messages'
      ? anthropicRefusal(`${place.join('.')}: '${rule.is}' is not supported by this model.`)
      : nestedRefusal(400, message, 'unsupported_value', spelled(place));
  }
  const { unlessBeta } = rule;
  if (unlessBeta !== undefined && betas.some((beta) => beta.startsWith(unlessBeta))) return undefined;
  return path === '/v1/messages'
    ? anthropicRefusal(`${tagged(body, place).join('.')}: Extra inputs are not permitted`)
    : nestedRefusal(400, `Unknown parameter: '${spelled(place)}'.`, 'unknown_parameter', spelled(place));
}

type Place = readonly (string | number)[];

function placesOf(value: unknown, pattern: readonly string[]): [Place, unknown][] {
  const [step, ...rest] = pattern;
  if (step === undefined) return [[[], value]];
  const inner: [string | number, unknown][] =
    step === '*'
      ? arrayOf(value).map((one, index) => [index, one])
      : isObject(value) && step in value
        ? [[step, value[step]]]
        : [];
  return inner.flatMap(([key, one]) =>
    placesOf(one, rest).map(([place, at]): [Place, unknown] => [[key, ...place], at]),
  );
}

/** `input[0].status`. */
function spelled(place: Place): string {
  return place
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join('');
}

/** The backend of Messages puts the tag of a union behind the index of its element. */
function tagged(body: JsonObject, place: Place): (string | number)[] {
  let at: unknown = body;
  return place.flatMap((step, index) => {
    at = Array.isArray(at) ? (at as unknown[])[Number(step)] : objectOf(at)[step];
    if (typeof step !== 'number' || index === place.length - 1) return [step];
    const tag = stringOf(objectOf(at)['type']) || (place[0] === 'tools' ? 'custom' : '');
    return tag === '' ? [step] : [step, tag];
  });
}
