/** What `generationConfig` says of the answer's form and of thinking, in our words. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { OutputRequest, ReasoningRequest, Sampling } from '../../canonical/model-request.ts';
import type { Report } from '../../canonical/request-edit.ts';
import { checkNumbers, checkStops } from '../checked-values.ts';
import { decodeJsonSchema, decodeSchema } from './decode-schema.ts';
import { generationMembers, generationNumbers, thinkingBudget, thinkingMembers } from './member-tables.ts';
import {
  camelCased,
  listOf,
  malformed,
  membersOf,
  numberOf,
  requireText,
  textOrNull,
  toldNumber,
  wordOf,
} from './proto-json.ts';
import { reportMembersAt } from './report-members.ts';

const path = 'generationConfig';

/** `generationConfig` under its first spelling, and its numbers as numbers. Errors: `invalid_request`. */
export function readGeneration(body: JsonObject, report: Report): JsonObject {
  const told = membersOf(camelCased(body)[path], path);
  reportMembersAt(path, generationMembers, told, report);
  const numbers = Object.keys(generationNumbers).map((name) => [name, numberOf(told[name])] as const);
  checkNumbers(
    Object.fromEntries(Object.entries(generationNumbers).map(([name, bounds]) => [`${path}.${name}`, bounds])),
    Object.fromEntries(numbers.map(([name, value]) => [`${path}.${name}`, value])),
  );
  if ((toldNumber(told['candidateCount']) ?? 1) > 1)
    throw malformed(`${path}.candidateCount`, 'one answer at a time is given here: leave it out.');
  checkModalities(told['responseModalities'], report);
  return told;
}

function checkModalities(modalities: unknown, report: Report) {
  const asked = listOf(modalities).map(wordOf);
  const at = `${path}.responseModalities`;
  if (asked.every((modality) => modality === 'TEXT' || modality === 'MODALITY_UNSPECIFIED')) return;
  if (!asked.includes('TEXT')) throw malformed(at, 'no model of a Copilot seat answers in anything but text.');
  report({ rule: 'not-carried', path: at, reason: 'No model of a Copilot seat answers in anything but text.' });
}

export function decodeSampling(told: JsonObject): Sampling {
  return {
    temperature: toldNumber(told['temperature']),
    topP: toldNumber(told['topP']),
    topK: toldNumber(told['topK']),
    seed: toldNumber(told['seed']),
    presencePenalty: toldNumber(told['presencePenalty']),
    frequencyPenalty: toldNumber(told['frequencyPenalty']),
    logitBias: null,
  };
}

/** Errors: `invalid_request`. */
export function decodeStops(told: JsonObject): readonly string[] {
  const at = `${path}.stopSequences`;
  const stops = listOf(told['stopSequences']).map((one, index) => requireText(one, `${at}.${index}`));
  checkStops(stops, at);
  return stops.filter((one) => one !== '');
}

/** Google's, and those that other vendors' models have beyond them. */
const levels: ReadonlySet<string> = new Set(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']);

/** Null where the caller said nothing. Errors: `invalid_request`. */
export function decodeThinking(told: JsonObject, report: Report): ReasoningRequest | null {
  const at = `${path}.thinkingConfig`;
  const config = membersOf(told['thinkingConfig'], at);
  reportMembersAt(at, thinkingMembers, config, report);
  const asked = `${at}.thinkingBudget`;
  checkNumbers({ [asked]: thinkingBudget }, { [asked]: numberOf(config['thinkingBudget']) });
  const budget = toldNumber(config['thinkingBudget']);
  const level = wordOf(config['thinkingLevel']);
  const effort = level === '' || level === 'THINKING_LEVEL_UNSPECIFIED' ? null : level.toLowerCase();
  if (effort !== null && !levels.has(effort))
    throw malformed(`${at}.thinkingLevel`, 'expected MINIMAL, LOW, MEDIUM or HIGH.');
  // As Google has it, what was not asked for is not shown; that alone asks for no thinking.
  const show = config['includeThoughts'] === true;
  if (budget === null && effort === null && !show) return null;
  const mode = budget === 0 ? 'off' : budget !== null && budget < 0 ? 'adaptive' : budget === null ? null : 'on';
  return { effort, budgetTokens: budget !== null && budget > 0 ? budget : null, mode, show };
}

/** The schema that the answer is to follow, from whichever member has it; null where none has. Errors: `invalid_request`. */
function answerSchema(told: JsonObject): JsonObject | null {
  const [format] = listOf(told['responseFormat']).map((one) => camelCased(objectOf(camelCased(objectOf(one))['text'])));
  return (
    decodeJsonSchema(told['responseJsonSchema'], `${path}.responseJsonSchema`) ??
    decodeSchema(told['responseSchema'], `${path}.responseSchema`) ??
    decodeJsonSchema(format?.['schema'], `${path}.responseFormat`)
  );
}

function mediaTypeOf(told: JsonObject): string {
  const [format] = listOf(told['responseFormat']).map((one) => camelCased(objectOf(camelCased(objectOf(one))['text'])));
  return (textOrNull(told['responseMimeType']) ?? textOrNull(format?.['mimeType']) ?? '').toLowerCase();
}

/** Errors: `invalid_request`. */
export function decodeFormat(told: JsonObject): OutputRequest['format'] {
  const mediaType = mediaTypeOf(told);
  const schema = answerSchema(told);
  switch (mediaType) {
    case '':
    case 'text/plain':
      if (schema !== null && mediaType !== '')
        throw malformed(`${path}.responseMimeType`, 'a schema wants application/json.');
      break;
    case 'application/json':
    case 'application_json':
      if (schema === null) return { kind: 'json-object' };
      break;
    case 'text/x.enum':
      if (schema === null) throw malformed(`${path}.responseSchema`, 'text/x.enum wants a schema with an enum.');
      break;
    default:
      throw malformed(`${path}.responseMimeType`, 'expected text/plain, application/json or text/x.enum.');
  }
  if (schema === null) return { kind: 'text' };
  const word = mediaType === 'text/x.enum' ? { isWord: true } : {};
  return { kind: 'json-schema', name: null, description: null, schema, strict: null, ...word };
}

/** Whether the answer is to follow a schema, of a body that was not read yet. */
export function asksForGeminiSchema(body: JsonObject): boolean {
  const told = camelCased(objectOf(camelCased(body)[path]));
  const format = listOf(told['responseFormat']).some((one) => isObject(objectOf(objectOf(one)['text'])['schema']));
  return isObject(told['responseSchema']) || isObject(told['responseJsonSchema']) || format;
}
