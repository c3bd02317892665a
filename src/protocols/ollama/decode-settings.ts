/** What both of Ollama's ways to generate say of how: options, thoughts, format, log probabilities. */
import { isObject, numberOrNull, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { ModelRequest, OutputRequest, ReasoningRequest, Sampling } from '../../canonical/model-request.ts';
import type { Report } from '../../canonical/request-edit.ts';
import { checkNumbers, checkStops, refersElsewhere } from '../checked-values.ts';
import { reportMembers } from '../member-table.ts';
import { malformed } from './malformed.ts';
import { optionMembers, optionNumbers, requestNumbers } from './member-tables.ts';

type Settings = Omit<ModelRequest, 'items' | 'tools'>;

/** Errors: `invalid_request`. */
export function decodeSettings(body: JsonObject, report: Report): Settings {
  if (body['_debug_render_only'] === true) throw malformed('_debug_render_only', 'there is no template to show here.');
  checkNumbers(requestNumbers, body);
  const options = decodeOptions(body['options'], report);
  return {
    ...options,
    toolChoice: null,
    parallelToolCalls: null,
    reasoning: decodeThink(body['think']),
    output: { format: decodeFormat(body['format']), verbosity: null },
    topLogprobs: body['logprobs'] === true ? (numberOrNull(body['top_logprobs']) ?? 0) : null,
    cacheKey: null,
    user: null,
    includeUsage: true,
  };
}

function decodeOptions(value: unknown, report: Report): Pick<Settings, 'maxOutputTokens' | 'sampling' | 'stop'> {
  if (value !== undefined && value !== null && !isObject(value)) throw malformed('options', 'expected an object.');
  const options = objectOf(value);
  checkNumbers(
    optionNumbers,
    Object.fromEntries(Object.entries(options).map(([name, one]) => [`options.${name}`, one])),
  );
  reportMembers(optionMembers, options, (edit) => report({ ...edit, path: `options.${edit.path ?? ''}` }));
  const limit = numberOrNull(options['num_predict']);
  return {
    // 0, -1 and -2: no limit, or the window.
    maxOutputTokens: limit !== null && limit > 0 ? limit : null,
    sampling: decodeSampling(options),
    stop: decodeStops(options['stop']),
  };
}

/** Clients send every option with its default: what changes nothing is not said. */
function decodeSampling(options: JsonObject): Sampling {
  const unless = (name: string, isDefault: (value: number) => boolean) => {
    const value = numberOrNull(options[name]);
    return value === null || isDefault(value) ? null : value;
  };
  return {
    temperature: numberOrNull(options['temperature']),
    topP: numberOrNull(options['top_p']),
    topK: unless('top_k', (value) => value === 0),
    seed: unless('seed', (value) => value < 0),
    presencePenalty: unless('presence_penalty', (value) => value === 0),
    frequencyPenalty: unless('frequency_penalty', (value) => value === 0),
    logitBias: null,
  };
}

function decodeStops(stop: unknown): readonly string[] {
  const stops: readonly unknown[] = Array.isArray(stop) ? stop : [stop];
  checkStops(stops, 'options.stop');
  return stops.filter((one) => typeof one === 'string' && one !== '') as readonly string[];
}

/** Left out, the model has its own way: what Ollama would turn on by itself is billed here. */
function decodeThink(think: unknown): ReasoningRequest | null {
  if (think === undefined || think === null || think === '') return null;
  const said = { effort: null, budgetTokens: null } as const;
  if (think === false || think === 'false' || think === 'none') return { ...said, mode: 'off', show: false };
  if (think === true || think === 'true') return { ...said, mode: 'on', show: true };
  if (typeof think === 'string' && /^[a-z]+$/.test(think)) return { ...said, effort: think, mode: 'on', show: true };
  throw malformed('think', 'expected true, false, or one of low, medium and high.');
}

function decodeFormat(format: unknown): OutputRequest['format'] {
  if (format === undefined || format === null || format === '') return { kind: 'text' };
  if (format === 'json') return { kind: 'json-object' };
  if (!isObject(format)) throw malformed('format', 'expected json, or a JSON schema.');
  if (refersElsewhere(format)) throw malformed('format', 'a schema elsewhere is not fetched.');
  if (Object.keys(format).length === 0) return { kind: 'json-object' };
  return { kind: 'json-schema', name: null, description: null, schema: format, strict: null };
}
