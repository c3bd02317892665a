/** What `POST /responses` refuses about input items: shapes, ids, sealed content, pairs of calls and outputs. */
import { firstOf, invalidBody, kindOf, quotedList, unknownField } from './body-rule.ts';
import { arrayOf, isObject, objectOf, stringOf, type JsonObject } from './json-value.ts';
import type { EndpointCall } from './model-endpoint.ts';
import { nestedRefusal, type Refusal } from './refusal.ts';
import { itemShapes, messageParts } from './responses-fields.ts';
import { openEncrypted, openItemId } from './responses-seal.ts';

const typeOf = (item: JsonObject) => stringOf(item['type'] ?? (item['role'] === undefined ? '' : 'message'));

/** Items one by one: every check gets the item and its path. */
function eachItem(
  { body }: EndpointCall,
  refuse: (item: JsonObject, path: string) => Refusal | undefined,
): Refusal | undefined {
  return firstOf(arrayOf(body['input']).map(objectOf), (item, index) => refuse(item, `input[${index}]`));
}

export function refuseItemShapes(call: EndpointCall): Refusal | undefined {
  const odd = arrayOf(call.body['input']).findIndex((item) => !isObject(item));
  if (odd >= 0) return invalidBody(`Invalid type for 'input[${odd}]': expected an object.`, `input[${odd}]`);
  return eachItem(call, (item, path) => {
    const known = itemShapes.get(typeOf(item));
    if (known === undefined)
      return invalidBody(
        `Invalid value: '${typeOf(item)}'. Supported values are: ${quotedList([...itemShapes.keys()])}.`,
        path,
      );
    const extra = unknownField(item, known.known);
    if (extra !== undefined)
      return nestedRefusal(400, `Unknown parameter: '${path}.${extra}'.`, 'unknown_parameter', `${path}.${extra}`);
    const missing = known.required.find((name) => item[name] === undefined);
    if (missing !== undefined)
      return invalidBody(`Missing required parameter: '${path}.${missing}'.`, `${path}.${missing}`);
    const empty = [...known.required, 'status'].find((name) => item[name] === null);
    if (empty !== undefined)
      return invalidBody(
        `Invalid type for '${path}.${empty}': expected ${empty === 'content' ? 'one of an array of objects or string' : 'a string'}, but got null instead.`,
        `${path}.${empty}`,
      );
    const text = ['arguments', 'input', 'name', 'call_id'].find(
      (name) => known.required.includes(name) && typeOf(item) !== 'tool_search_call' && typeof item[name] !== 'string',
    );
    if (text === undefined) return undefined;
    return invalidBody(
      `Invalid type for '${path}.${text}': expected a string, but got ${kindOf(item[text])} instead.`,
      `${path}.${text}`,
    );
  });
}

export function refuseParts(call: EndpointCall): Refusal | undefined {
  return eachItem(call, (item, path) => {
    const { output } = item;
    if (!call.disputed.imagesInToolOutputs && arrayOf(output).some((part) => objectOf(part)['type'] === 'input_image'))
      return invalidBody(`Invalid value: 'input_image'. Supported values are: 'input_text'.`, `${path}.output`);
    if (typeOf(item) !== 'message') return undefined;
    const expected = messageParts[stringOf(item['role'])];
    if (expected === undefined)
      return invalidBody(
        `Invalid value: '${stringOf(item['role'])}'. Supported values are: ${quotedList(Object.keys(messageParts))}.`,
        `${path}.role`,
      );
    return firstOf(arrayOf(item['content']).map(objectOf), (part, place) => {
      const type = stringOf(part['type']);
      const spot = `${path}.content[${place}]`;
      if (!expected.includes(type))
        return invalidBody(`Invalid value: '${type}'. Supported values are: ${quotedList(expected)}.`, spot);
      if (type !== 'input_text' && type !== 'output_text') return undefined;
      if (typeof part['text'] === 'string') return undefined;
      return invalidBody(
        `Invalid type for '${spot}.text': expected a string, but got ${kindOf(part['text'])} instead.`,
        `${spot}.text`,
      );
    });
  });
}

const tooLong = (param: string, text: string) =>
  nestedRefusal(
    400,
    `Invalid '${param}': string too long. Expected a string with maximum length 64, but got a string with length ${text.length} instead.`,
    'string_above_max_length',
    param,
  );

/** Ids have to be the ones issued here, to this account, or absent. */
export function refuseIds(call: EndpointCall): Refusal | undefined {
  return eachItem(call, (item, path) => {
    const id = stringOf(item['id']);
    const callId = stringOf(item['call_id']);
    if (callId.length > 64) return tooLong(`${path}.call_id`, callId);
    if (item['type'] === 'item_reference')
      return nestedRefusal(
        404,
        `Item with id '${id}' not found. Items are not persisted when \`store\` is set to false.`,
        'invalid_request_body',
        path,
      );
    if (id === '') return undefined;
    if (id.length > 64) return tooLong(`${path}.id`, id);
    if (openItemId(id, call.account) !== undefined) return undefined;
    return item['type'] === 'reasoning'
      ? nestedRefusal(400, 'Encrypted content item_id did not match the target item id', 'invalid_encrypted_content')
      : nestedRefusal(400, 'input item ID does not belong to this connection', 'invalid_request_body', `${path}.id`);
  });
}

/** Sealed content has to be the one issued here, to this account, for this item. */
export function refuseSealed(call: EndpointCall): Refusal | undefined {
  return eachItem(call, (item) => {
    const content = item['encrypted_content'];
    if (content == null) return undefined;
    const owner = openEncrypted(stringOf(content), call.account);
    if (owner === undefined)
      return nestedRefusal(400, 'The encrypted content could not be verified.', 'invalid_encrypted_content');
    const id = stringOf(item['id']);
    if (id === '' || openItemId(id, call.account) === owner) return undefined;
    return nestedRefusal(
      400,
      'Encrypted content item_id did not match the target item id',
      'invalid_encrypted_content',
    );
  });
}

/** A reasoning item that names itself has to stand before what it led to. Without an id it may stand anywhere. */
export function refuseLoneReasoning(call: EndpointCall): Refusal | undefined {
  const items = arrayOf(call.body['input']).map(objectOf);
  return firstOf(items, (item, index) => {
    if (item['type'] !== 'reasoning' || stringOf(item['id']) === '') return undefined;
    const next = items[index + 1];
    const follows =
      next !== undefined &&
      (typeOf(next).endsWith('_call') || typeOf(next) === 'reasoning' || next['role'] === 'assistant');
    if (follows) return undefined;
    return invalidBody(
      `Item '${stringOf(item['id'])}' of type 'reasoning' was provided without its required following item.`,
      'input',
    );
  });
}

/** Every call has its output and every output its call; hosted calls answer themselves. */
export function refusePairs({ body }: EndpointCall): Refusal | undefined {
  const items = arrayOf(body['input']).map(objectOf);
  const idsOf = (ending: string) =>
    items
      .filter((item) => typeOf(item).endsWith(ending) && stringOf(item['call_id']) !== '')
      .map((item) => stringOf(item['call_id']));
  const calls = idsOf('_call');
  const outputs = idsOf('_output');
  const open = calls.find((id) => !outputs.includes(id));
  if (open !== undefined) return invalidBody(`No tool output found for function call ${open}.`, 'input');
  const orphan = outputs.find((id) => !calls.includes(id));
  if (orphan === undefined) return undefined;
  return invalidBody(`No tool call found for function call output with call_id ${orphan}.`, 'input');
}
