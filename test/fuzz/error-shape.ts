/** What is wrong with an error, by the types that the vendors publish: nothing here is taken from our own code. */
import type { ProtocolId } from '../../src/canonical/protocol-id.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- foreign JSON, looked at by tests only
type Json = any;

/** `ErrorType` of Anthropic's SDK, and the status that it goes with. */
const anthropicTypes: Readonly<Record<string, readonly number[]>> = {
  invalid_request_error: [400, 405, 415, 431, 426, 501],
  authentication_error: [401],
  billing_error: [402],
  permission_error: [403],
  not_found_error: [404],
  request_too_large: [413],
  rate_limit_error: [429],
  api_error: [502, 503],
  timeout_error: [504],
  overloaded_error: [529],
};

/** `google.rpc.Code`, by the status that Google maps it to; 402, 413 and the like are ours, for want of one. */
const googleStatuses: Readonly<Record<string, readonly number[]>> = {
  INVALID_ARGUMENT: [400, 405, 413, 415],
  FAILED_PRECONDITION: [400, 402],
  UNAUTHENTICATED: [401],
  PERMISSION_DENIED: [403],
  NOT_FOUND: [404],
  RESOURCE_EXHAUSTED: [429],
  UNIMPLEMENTED: [501],
  UNAVAILABLE: [502, 503],
  DEADLINE_EXCEEDED: [504],
};

const openAiTypes: ReadonlySet<string> = new Set([
  'invalid_request_error',
  'authentication_error',
  'permission_error',
  'insufficient_quota',
  'rate_limit_error',
  'server_error',
]);

/** A sentence for each fault of an error reply; empty for one that every SDK of the protocol understands. */
export function faultsOfError(protocol: ProtocolId, status: number, requestId: unknown, text: string): string[] {
  let body: Json;
  try {
    body = JSON.parse(text);
  } catch {
    return [`no JSON: ${text.slice(0, 80)}`];
  }
  const faults: string[] = [];
  const hold = (sound: boolean, sentence: string) => void (sound || faults.push(sentence));
  const members = (value: Json, wanted: string) =>
    hold(typeof value === 'object' && value !== null && Object.keys(value).sort().join() === wanted, `not ${wanted}`);
  let message: unknown;
  switch (protocol) {
    case 'anthropic-messages':
      members(body, 'error,request_id,type');
      members(body?.error, 'message,type');
      hold(body?.type === 'error' && body?.request_id === requestId, 'type or request_id is another');
      hold(anthropicTypes[body?.error?.type]?.includes(status) === true, `${status} is ${body?.error?.type}`);
      message = body?.error?.message;
      break;
    case 'gemini':
      members(body, 'error');
      hold(body?.error?.code === status, `${status} is told as ${body?.error?.code}`);
      hold(googleStatuses[body?.error?.status]?.includes(status) === true, `${status} is ${body?.error?.status}`);
      hold(body?.error?.details === undefined || Array.isArray(body.error.details), 'details are no list');
      message = body?.error?.message;
      break;
    case 'ollama':
    case 'ollama-generate':
      members(body, 'error');
      message = body?.error;
      break;
    default:
      members(body, 'error');
      members(body?.error, 'code,message,param,type');
      hold(openAiTypes.has(body?.error?.type), `the type ${body?.error?.type}`);
      for (const member of ['code', 'param'] as const)
        hold(body?.error?.[member] === null || typeof body?.error?.[member] === 'string', `${member} is no text`);
      message = body?.error?.message;
  }
  hold(typeof message === 'string' && message.trim() !== '', 'no message');
  hold(String(message).length <= 1000, `a message of ${String(message).length} characters`);
  // oxlint-disable-next-line no-control-regex -- what a terminal would obey
  hold(!/[\u0000-\u001f\u007f\u0080-\u009f]/.test(String(message)), 'a message with control characters');
  return faults;
}
