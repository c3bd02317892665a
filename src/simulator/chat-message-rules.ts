/** What `POST /chat/completions` refuses about messages: forms, calls and their results, what has to come back intact. */
import { firstOf, invalidBody, kindOf, quotedList } from './body-rule.ts';
import { arrayOf, isObject, objectOf, stringOf, type JsonObject } from './json-value.ts';
import type { EndpointCall } from './model-endpoint.ts';
import { nestedRefusal, type Refusal } from './refusal.ts';
import { openSeal } from './seal.ts';

const roles = ['system', 'assistant', 'user', 'function', 'tool', 'developer'];

const messagesOf = ({ body }: EndpointCall) => arrayOf(body['messages']).map(objectOf);
const callsOf = (message: JsonObject) => arrayOf(message['tool_calls']).map(objectOf);

export function refuseMessageForms(call: EndpointCall): Refusal | undefined {
  const messages = arrayOf(call.body['messages']);
  if (messages.length === 0) return invalidBody('messages is required and must not be empty', 'messages');
  if (!messages.every((message) => isObject(message) && typeof message['role'] === 'string'))
    return invalidBody('every message must be an object with a role', 'messages');
  return firstOf(messagesOf(call), (message, index) => {
    const { content } = message;
    const role = stringOf(message['role']);
    const path = `messages.[${index}]`;
    if (!roles.includes(role))
      return invalidBody(`Invalid value: '${role}'. Supported values are: ${quotedList(roles)}.`, `${path}.role`);
    // An assistant that only calls, or only thought, has nothing to say.
    const isSilent = ['tool_calls', 'function_call', 'refusal', 'audio', 'reasoning_opaque', 'reasoning_text'].some(
      (name) => message[name] != null,
    );
    if (content == null && !(role === 'assistant' && isSilent))
      return invalidBody(`Invalid value for 'content': expected a string, got null.`, `${path}.content`);
    if (content != null && typeof content !== 'string' && !Array.isArray(content))
      return invalidBody(
        `Invalid type for '${path}.content': expected one of a string or array of objects, but got ${kindOf(content)} instead.`,
        `${path}.content`,
      );
    const shown = arrayOf(content).some((part) => objectOf(part)['type'] === 'image_url');
    if (!shown || role === 'user') return undefined;
    return invalidBody(
      `Invalid 'messages[${index}]'. Image URLs are only allowed for messages with role 'user', but this message with role '${role}' contains an image URL.`,
      `messages.[${index}]`,
    );
  });
}

/** Copilot's own check, in its own words: other kinds of parts never reach a backend. */
export function refuseParts(call: EndpointCall): Refusal | undefined {
  return firstOf(messagesOf(call), ({ content }) =>
    firstOf(arrayOf(content).map(objectOf), (part) => {
      const { type } = part;
      if (type !== 'text' && type !== 'image_url') return invalidBody("type has to be either 'image_url' or 'text'");
      if (type === 'image_url' && stringOf(objectOf(part['image_url'])['url']) === '')
        return invalidBody('image_url is required for content type image_url');
      if (type === 'image_url' || typeof part['text'] === 'string') return undefined;
      const location = '/properties/messages/items/properties/content/oneOf/1/items/properties/text/type';
      return invalidBody(
        `invalid request body, failed to validate schema: (1) Reason: got ${part['text'] == null ? 'null' : typeof part['text']}, want string, Location: ${location}.`,
      );
    }),
  );
}

export function refuseCallShapes(call: EndpointCall): Refusal | undefined {
  return firstOf(messagesOf(call), (message, index) => {
    const list = message['tool_calls'];
    if (Array.isArray(list) && list.length === 0)
      return invalidBody(
        `Invalid 'messages[${index}].tool_calls': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
        `messages[${index}].tool_calls`,
      );
    return firstOf(callsOf(message), (one, place) => refuseCall(one, `messages[${index}].tool_calls[${place}]`, call));
  });
}

function refuseCall(one: JsonObject, path: string, { model }: EndpointCall): Refusal | undefined {
  const id = stringOf(one['id']);
  if (id === '') return invalidBody(`Missing required parameter: '${path}.id'.`, `${path}.id`);
  if (model.backend === 'openai' && id.length > 40)
    return nestedRefusal(
      400,
      `Invalid '${path}.id': string too long. Expected a string with maximum length 40, but got a string with length ${id.length} instead.`,
      'string_above_max_length',
      `${path}.id`,
    );
  const kind = one['type'] === 'custom' ? 'custom' : 'function';
  const declared = objectOf(one[kind]);
  if (stringOf(declared['name']) === '')
    return invalidBody(`Missing required parameter: '${path}.${kind}.name'.`, `${path}.${kind}.name`);
  const text = kind === 'custom' ? 'input' : 'arguments';
  if (typeof declared[text] === 'string') return undefined;
  return invalidBody(
    `Invalid type for '${path}.${kind}.${text}': expected a string, but got ${kindOf(declared[text])} instead.`,
    `${path}.${kind}.${text}`,
  );
}

/** Every call is answered right behind it, and nothing else is. */
export function refusePairs(call: EndpointCall): Refusal | undefined {
  let open = new Set<string>();
  for (const [index, message] of messagesOf(call).entries()) {
    if (message['role'] === 'tool') {
      if (!open.delete(stringOf(message['tool_call_id'])))
        return invalidBody(
          "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.",
          `messages.[${index}].role`,
        );
      continue;
    }
    if (open.size > 0) break;
    open = new Set(callsOf(message).map((one) => stringOf(one['id'])));
  }
  if (open.size === 0) return undefined;
  return invalidBody(
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. " +
      `The following tool_call_ids did not have response messages: ${[...open].join(', ')}`,
  );
}

/** What Google takes in place of a signature for calls that it did not make. */
const unsignedCall = 'skip_thought_signature_validator';

/** Opaque blobs come back as they were given, to the account they were given to; Gemini misses them on its calls. */
export function refuseOpaque(call: EndpointCall): Refusal | undefined {
  const messages = messagesOf(call);
  const isOurs = (blob: unknown) => openSeal('opaque', stringOf(blob))?.startsWith(`${call.account}|`) === true;
  const changed = messages.findIndex(
    (message) => message['reasoning_opaque'] != null && !isOurs(message['reasoning_opaque']),
  );
  if (changed >= 0)
    return invalidBody('reasoning_opaque could not be verified', `messages.[${changed}].reasoning_opaque`);
  if (call.model.backend !== 'google') return undefined;
  // Only the turn that is going on is looked at: what was called before the last word of the user is settled.
  const turnStart = messages.findLastIndex((message) => message['role'] === 'user');
  return firstOf(messages, (message, index) => {
    const [first] = callsOf(message);
    const signature = objectOf(first?.['function'])['thought_signature'];
    if (signature != null && signature !== unsignedCall && !isOurs(signature))
      return invalidBody('Thought signature is not valid');
    if (first === undefined || index < turnStart || signature != null || message['reasoning_opaque'] != null)
      return undefined;
    return invalidBody(
      'Function call is missing a thought_signature in functionCall parts. This is required for tools to work ' +
        'correctly, and missing thought_signature may lead to degraded model performance. Additional data, function ' +
        `call \`default_api:${stringOf(objectOf(first['function'])['name'])}\` , position ${index + 1}.`,
    );
  });
}
