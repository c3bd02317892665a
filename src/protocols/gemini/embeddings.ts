/** Gemini's embeddings in the words of OpenAI's, which the upstream speaks, and back. */
import { isObject, numberOrNull, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { Report } from '../../canonical/request-edit.ts';
import { dropped, kept, mapped, type MemberTable } from '../member-table.ts';
import { camelCased, listOf, malformed, numberOf } from './proto-json.ts';
import { reportMembersAt } from './report-members.ts';

/** Members of a request for one embedding, on its own or in `requests`. */
const embedMembers: MemberTable = {
  model: kept('Chooses the model; the one in the URL wins.'),
  stream: kept('Embeddings are never streamed.'),
  content: mapped('The text of all of its parts is one input.'),
  outputDimensionality: kept('Where the model takes it.'),
  taskType: dropped('The models of a Copilot seat know no task.', 'TASK_TYPE_UNSPECIFIED'),
  title: dropped('The models of a Copilot seat take no title.'),
  autoTruncate: dropped('The upstream refuses what is too long.', false),
};

/** The body of `/embeddings` for `embedContent` or `batchEmbedContents`. Errors: `invalid_request`. */
export function decodeGeminiEmbeddings(view: JsonObject, report: Report): JsonObject {
  const told = camelCased(view);
  const isBatch = told['requests'] !== undefined;
  const requests = isBatch ? listOf(told['requests']) : [told];
  if (requests.length === 0) throw malformed('requests', 'expected at least one request.');
  const read = requests.map((value, index) => {
    const path = isBatch ? `requests.${index}.` : '';
    if (!isObject(value)) throw malformed(path.slice(0, -1), 'expected an object.');
    const request = camelCased(value);
    reportMembersAt(isBatch ? `requests.${index}` : '', embedMembers, request, report);
    return {
      text: textOf(request['content'], `${path}content`),
      dimensions: dimensionsOf(request['outputDimensionality'], `${path}outputDimensionality`),
    };
  });
  const [first] = read;
  const differs = read.findIndex(({ dimensions }) => dimensions !== first?.dimensions);
  if (differs > 0)
    throw malformed(
      `requests.${differs}.outputDimensionality`,
      'one length at a time: send each in a request of its own.',
    );
  return {
    ...(told['model'] === undefined ? {} : { model: told['model'] }),
    input: read.map(({ text }) => text),
    ...(first?.dimensions == null ? {} : { dimensions: first.dimensions }),
  };
}

function dimensionsOf(told: unknown, path: string): number | null {
  const length = numberOf(told ?? null);
  if (length === null || (Number.isInteger(length) && Number(length) > 0)) return length as number | null;
  throw malformed(path, 'expected a whole number of 1 or more.');
}

function textOf(content: unknown, path: string): string {
  if (typeof content === 'string') return content;
  const parts = listOf(isObject(content) ? content['parts'] : content);
  const texts = parts.map((part, index) => {
    const { text } = objectOf(part);
    if (typeof text !== 'string') throw malformed(`${path}.parts.${index}`, 'only text becomes an embedding here.');
    return text;
  });
  if (texts.length === 0) throw malformed(path, 'a text is required.');
  return texts.join('\n');
}

/** OpenAI's answer in Gemini's words. */
export function encodeGeminiEmbeddings(answer: JsonObject, isBatch: boolean): JsonObject {
  const rows = listOf(answer['data']).map((row) => objectOf(row));
  const inOrder = rows.toSorted(
    (left, right) => (numberOrNull(left['index']) ?? 0) - (numberOrNull(right['index']) ?? 0),
  );
  const embeddings = inOrder.map(({ embedding }) => ({ values: embedding }));
  const tokens = numberOrNull(objectOf(answer['usage'])['prompt_tokens']);
  const usage = tokens === null ? {} : { usageMetadata: { promptTokenCount: tokens, totalTokenCount: tokens } };
  return isBatch ? { embeddings, ...usage } : { embedding: embeddings[0] ?? { values: [] }, ...usage };
}
