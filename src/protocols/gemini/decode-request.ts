/** A Gemini request in our words. */
import { jsonWish } from '../json-wish.ts';
import { reportMembers } from '../member-table.ts';
import type { RequestDecoder } from '../protocol.ts';
import { decodeContents, decodeSystem } from './decode-contents.ts';
import { decodeFormat, decodeSampling, decodeStops, decodeThinking, readGeneration } from './decode-generation.ts';
import { decodeToolChoice, decodeTools } from './decode-tools.ts';
import { requestMembers } from './member-tables.ts';
import { camelCased, malformed, toldNumber } from './proto-json.ts';

export const decodeGeminiRequest: RequestDecoder['decodeRequest'] = (body, report) => {
  const told = camelCased(body);
  for (const [member, why] of unknownHere) if (told[member] != null) throw malformed(member, why);
  const generation = readGeneration(told, report);
  reportMembers(requestMembers, told, report);
  const output = { format: decodeFormat(generation), verbosity: null };
  return {
    items: [
      ...decodeSystem(told['systemInstruction'], report),
      ...jsonWish(output, 'generationConfig.responseMimeType', report),
      ...decodeContents(told['contents'], report),
    ],
    tools: decodeTools(told['tools'], report),
    toolChoice: decodeToolChoice(told['toolConfig'], report),
    parallelToolCalls: null,
    maxOutputTokens: toldNumber(generation['maxOutputTokens']),
    sampling: decodeSampling(generation),
    stop: decodeStops(generation),
    reasoning: decodeThinking(generation, report),
    output,
    topLogprobs: generation['responseLogprobs'] === true ? (toldNumber(generation['logprobs']) ?? 0) : null,
    cacheKey: null,
    user: null,
    includeUsage: true,
  };
};

/** Without these an answer would be to something else. */
const unknownHere: readonly (readonly [member: string, why: string])[] = [
  ['cachedContent', 'what Google keeps is not known here: send the whole contents.'],
  ['continuationToken', 'no answer here ends with one: send the whole contents.'],
];
