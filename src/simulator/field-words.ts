/** How the three endpoints word a field of the wrong type, out of bounds, or with a word that it does not take. */
import { invalidBody, kindOf, quotedList } from './body-rule.ts';
import { stringOf } from './json-value.ts';
import type { FieldFault } from './plain-fields.ts';
import { anthropicRefusal, nestedRefusal, type Refusal } from './refusal.ts';

/** Copilot holds bodies of Chat against a JSON schema of its own before any backend sees them. */
export function chatFieldRefusal(fault: FieldFault): Refusal {
  if (fault.kind !== 'type') return openaiRefusal(fault, () => 'invalid_request_body');
  const place = fault.path.replaceAll('.', '/properties/');
  const got = Array.isArray(fault.value) ? 'array' : fault.value === null ? 'null' : typeof fault.value;
  const words = `got ${got}, want ${fault.wanted}, Location: /properties/${place}/type`;
  return invalidBody(`invalid request body, failed to validate schema: (1) Reason: ${words}.`);
}

export function responsesFieldRefusal(fault: FieldFault): Refusal {
  return openaiRefusal(fault, (code) => code);
}

function openaiRefusal(fault: FieldFault, codeOf: (code: string) => string): Refusal {
  const { path } = fault;
  const refuse = (message: string, code: string) => nestedRefusal(400, message, codeOf(code), path);
  switch (fault.kind) {
    case 'type':
      return refuse(
        `Invalid type for '${path}': expected ${kinds[fault.wanted] ?? fault.wanted}, but got ${kindOf(fault.value)} instead.`,
        'invalid_type',
      );
    case 'word':
      return refuse(
        `Invalid value: '${stringOf(fault.value)}'. Supported values are: ${quotedList(fault.words)}.`,
        'invalid_value',
      );
    case 'longest':
      return refuse(
        `Invalid '${path}': string too long. Expected a string with maximum length ${fault.bound}, but got a string with length ${fault.is} instead.`,
        'string_above_max_length',
      );
    default: {
      const kind = Number.isInteger(fault.is) && Number.isInteger(fault.bound) ? 'integer' : 'decimal';
      const side = fault.kind === 'least' ? 'below minimum' : 'above maximum';
      const sign = fault.kind === 'least' ? '>=' : '<=';
      return refuse(
        `Invalid '${path}': ${kind} ${side} value. Expected a value ${sign} ${fault.bound}, but got ${fault.is} instead.`,
        `${kind}_${fault.kind === 'least' ? 'below_min' : 'above_max'}_value`,
      );
    }
  }
}

const kinds: Readonly<Record<string, string>> = {
  number: 'a decimal',
  integer: 'an integer',
  boolean: 'a boolean',
  string: 'a string',
  array: 'an array',
  object: 'an object',
};

export function messagesFieldRefusal(fault: FieldFault): Refusal {
  const input = (words: string) => anthropicRefusal(`${fault.path}: Input should be ${words}`);
  switch (fault.kind) {
    case 'type':
      return input(pydantic[fault.wanted] ?? `a valid ${fault.wanted}`);
    case 'word':
      return input(fault.words.map((word) => `'${word}'`).join(' or '));
    case 'least':
      return input(`greater than or equal to ${fault.bound}`);
    case 'most':
      return input(`less than or equal to ${fault.bound}`);
    default:
      return anthropicRefusal(`${fault.path}: String should have at most ${fault.bound} characters`);
  }
}

const pydantic: Readonly<Record<string, string>> = { array: 'a valid list', object: 'an object' };
