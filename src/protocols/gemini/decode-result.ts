/** What a function returned, in our words. */
import type { Part } from '../../canonical/content.ts';
import type { ToolResultItem } from '../../canonical/conversation.ts';
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { Report } from '../../canonical/request-edit.ts';
import { saysNothing } from '../member-table.ts';
import type { CallPairs } from './call-pairs.ts';
import { decodeFileData, decodeInlineData } from './decode-media.ts';
import { resultMembers } from './member-tables.ts';
import { camelCased, listOf, malformed, requireText, textOrNull } from './proto-json.ts';
import { reportMembersAt } from './report-members.ts';

/** Errors: `invalid_request`. */
export function decodeResult(value: unknown, path: string, pairs: CallPairs, report: Report): ToolResultItem {
  if (!isObject(value)) throw malformed(path, 'expected an object.');
  const told = camelCased(value);
  reportMembersAt(path, resultMembers, told, report);
  const name = requireText(told['name'], `${path}.name`);
  const response = told['response'] ?? {};
  if (!isObject(response)) throw malformed(`${path}.response`, 'expected an object.');
  const media = listOf(told['parts']).flatMap((part, index) => mediaOf(part, `${path}.parts.${index}`, report));
  const { text: said, isError } = outcomeOf(response, name);
  // Some give an image and an object that says nothing.
  const text = media.length > 0 && saysNothing(response) ? '' : said;
  return {
    kind: 'tool-result',
    callId: pairs.result(name, textOrNull(told['id']) || null),
    form: 'function',
    parts: [...(text === '' ? [] : [{ kind: 'text', text } as const]), ...media],
    isError,
  };
}

/**
 * As Google documents it: `output` is the output and `error` the error; without both the whole object is the output.
 * Observed: @ai-sdk/google puts it into `content`, beside the function's name once more.
 */
function outcomeOf(response: JsonObject, name: string): Pick<ToolResultItem, 'isError'> & { readonly text: string } {
  const said = Object.entries(response).filter(([, value]) => value !== null && value !== undefined);
  const { content } = response;
  if (said.length === 2 && response['name'] === name && content != null)
    return { text: typeof content === 'string' ? content : JSON.stringify(content), isError: null };
  const isError = !saysNothing(response['error']) && response['error'] !== '';
  const [only] = said;
  const isNamed = said.length === 1 && (only?.[0] === 'output' || (only?.[0] === 'error' && isError));
  const outcome = isNamed ? only[1] : response;
  const text = typeof outcome === 'string' ? outcome : JSON.stringify(outcome);
  return { text, isError: isError ? true : null };
}

function mediaOf(value: unknown, path: string, report: Report): readonly Part[] {
  const { inlineData, fileData, text } = camelCased(objectOf(value));
  if (inlineData != null) return decodeInlineData(inlineData, `${path}.inlineData`, report);
  if (fileData != null) return decodeFileData(fileData, `${path}.fileData`, report);
  // Google has media alone here; a text stands for an image that was left out.
  return typeof text === 'string' && text !== '' ? [{ kind: 'text', text }] : [];
}
