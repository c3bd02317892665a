/** What `POST /responses` refuses, in the upstream's words (reference §5). */
import { arrayOf, isObject, objectOf, stringOf, type JsonObject } from './json-value.ts';
import type { EndpointCall } from './model-endpoint.ts';
import { reasons } from './models.ts';
import { nestedRefusal, type Refusal } from './refusal.ts';
import { openSeal } from './seal.ts';

const unsupported = (name: string) => nestedRefusal(400, `${name} is not supported`, 'unsupported_value', name);
const invalid = (message: string, param?: string) => nestedRefusal(400, message, 'invalid_request_body', param);

const toolTypes = new Set(
  'function custom namespace web_search web_search_preview tool_search local_shell shell apply_patch'.split(' '),
);

export function refuseResponses(call: EndpointCall): Refusal | undefined {
  return refuseFields(call) ?? refuseTools(call.body) ?? refuseItems(call.body);
}

function refuseFields({ body, model }: EndpointCall): Refusal | undefined {
  const { input } = body;
  if (typeof input !== 'string' && !Array.isArray(input)) return invalid('input is required', 'input');
  if (body['store'] === true) return unsupported('store');
  if (body['service_tier'] != null) return unsupported('service_tier');
  if (body['background'] === true) return unsupported('background');
  if (body['previous_response_id'] != null)
    return nestedRefusal(
      400,
      `Previous response with id '${stringOf(body['previous_response_id'])}' not found.`,
      'previous_response_not_found',
      'previous_response_id',
    );
  const { effort } = objectOf(body['reasoning']);
  if (effort != null && !(model.efforts ?? []).includes(stringOf(effort)))
    return nestedRefusal(
      400,
      `Unsupported value: '${stringOf(effort)}' is not supported with the '${model.id}' model. ` +
        `Supported values are: ${(model.efforts ?? []).map((name) => `'${name}'`).join(', ')}.`,
      'unsupported_value',
      'reasoning.effort',
    );
  for (const name of ['temperature', 'top_p'])
    if (reasons(model) && (body[name] ?? 1) !== 1)
      return invalid(`Unsupported parameter: '${name}' is not supported with this model.`, name);
  return undefined;
}

function refuseTools(body: JsonObject): Refusal | undefined {
  for (const [index, tool] of arrayOf(body['tools']).map(objectOf).entries()) {
    const type = stringOf(tool['type']);
    if (!toolTypes.has(type))
      return nestedRefusal(400, `tools[${index}]: tool type '${type}' is not supported`, 'unsupported_value', 'tools');
    if (type === 'namespace' && stringOf(tool['description']) === '')
      return invalid(`Missing required parameter: 'tools[${index}].description'.`, `tools[${index}].description`);
    if ((type === 'function' || type === 'custom') && !/^[a-zA-Z0-9_-]{1,64}$/.test(stringOf(tool['name'])))
      return invalid(`Invalid 'tools[${index}].name': must match ^[a-zA-Z0-9_-]{1,64}$.`, `tools[${index}].name`);
  }
  return undefined;
}

/** Ids and sealed content have to be the ones issued here, or absent; calls and outputs have to pair up. */
function refuseItems(body: JsonObject): Refusal | undefined {
  const calls = new Set<string>();
  const outputs = new Set<string>();
  for (const [index, item] of arrayOf(body['input']).entries()) {
    if (!isObject(item)) return invalid(`Invalid type for 'input[${index}]': expected an object.`, `input[${index}]`);
    const refusal = refuseId(item, index) ?? refuseSealed(item, index);
    if (refusal !== undefined) return refusal;
    const type = stringOf(item['type']);
    const id = stringOf(item['call_id']);
    if (id === '') continue;
    if (id.length > 64) return tooLong(`input[${index}].call_id`, id);
    if (type.endsWith('_call')) calls.add(id);
    else if (type.endsWith('_output')) outputs.add(id);
  }
  for (const id of calls)
    if (!outputs.has(id)) return invalid(`No tool output found for function call ${id}.`, 'input');
  for (const id of outputs)
    if (!calls.has(id)) return invalid(`No tool call found for function call output with call_id ${id}.`, 'input');
  return undefined;
}

function refuseId(item: JsonObject, index: number): Refusal | undefined {
  const { id } = item;
  if (id == null || id === '') return undefined;
  const text = stringOf(id);
  if (text.length > 64) return tooLong(`input[${index}].id`, text);
  const issued = openItemId(text) !== undefined;
  if (issued) return undefined;
  return item['type'] === 'reasoning'
    ? nestedRefusal(400, 'Encrypted content item_id did not match the target item id', 'invalid_encrypted_content')
    : nestedRefusal(
        400,
        'input item ID does not belong to this connection',
        'invalid_request_body',
        `input[${index}].id`,
      );
}

function refuseSealed(item: JsonObject, index: number): Refusal | undefined {
  if (item['type'] !== 'reasoning' && item['type'] !== 'compaction') return undefined;
  if (item['status'] === null)
    return invalid(`Invalid type for 'input[${index}].status': expected a string, but got null instead.`);
  const content = item['encrypted_content'];
  if (content == null) return undefined;
  const owner = openSeal('encrypted', stringOf(content));
  if (owner === undefined)
    return nestedRefusal(400, 'The encrypted content could not be verified.', 'invalid_encrypted_content');
  const id = stringOf(item['id']);
  if (id !== '' && openItemId(id) !== owner.split('|')[0])
    return nestedRefusal(
      400,
      'Encrypted content item_id did not match the target item id',
      'invalid_encrypted_content',
    );
  return undefined;
}

function tooLong(param: string, text: string): Refusal {
  return nestedRefusal(
    400,
    `Invalid '${param}': string too long. Expected a string with maximum length 64, but got a string with length ${text.length} instead.`,
    'string_above_max_length',
    param,
  );
}

/** The item that an id was issued for (`serial:index`), under whichever of its names. */
export function openItemId(id: string): string | undefined {
  return openSeal('item', id.replace(/^[a-z]+_/, ''))?.split('|')[0];
}
