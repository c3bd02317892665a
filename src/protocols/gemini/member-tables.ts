/** What becomes of each member of a Gemini request: the code reads it, and so does the docs page. */
import { tokens, type NumberBounds, type NumberTable } from '../checked-values.ts';
import { dropped, kept, mapped, type MemberTable } from '../member-table.ts';

/** Members of the body. */
export const requestMembers: MemberTable = {
  model: kept('Chooses the model; the one in the URL wins.'),
  stream: kept('What the URL says: `streamGenerateContent` streams.'),
  contents: kept('Turns in their order; calls and results without ids are paired by name and order.'),
  systemInstruction: mapped('A system turn that leads.'),
  tools: kept('Functions; tools that Google runs are left out and reported.'),
  toolConfig: mapped('The tool choice.'),
  generationConfig: kept('See the next table.'),
  safetySettings: dropped('The upstream filters in its own way.'),
  cachedContent: mapped('Refused: what Google keeps is not known here.'),
  continuationToken: mapped('Refused: no answer here ends with one.'),
  labels: dropped('The upstream keeps none.'),
  serviceTier: dropped('The upstream has one tier.', 'standard', 'unspecified'),
  store: dropped('Nothing is stored at the upstream.', false),
  modelArmorConfig: dropped('The upstream filters in its own way.'),
};

/** Members of `generationConfig`. */
export const generationMembers: MemberTable = {
  temperature: kept('Where the model takes it.'),
  topP: kept('Where the model takes it.'),
  topK: kept('Where the endpoint has it.'),
  seed: kept('Where the endpoint has it.'),
  presencePenalty: kept('Where the endpoint has it.'),
  frequencyPenalty: kept('Where the endpoint has it.'),
  maxOutputTokens: kept('The output limit.'),
  stopSequences: kept('Looked for by the proxy where the endpoint has none.'),
  candidateCount: mapped('One answer; more are refused.'),
  responseMimeType: mapped(
    'Text, one word of an enum, or JSON; without a schema that is asked for in words as well, since Claude has no such mode.',
  ),
  responseSchema: mapped("The answer's schema: Google's dialect becomes JSON Schema."),
  responseJsonSchema: kept("The answer's schema."),
  responseFormat: mapped("The answer's schema, as newer clients spell it; text alone."),
  responseModalities: mapped('Text alone: without it the request is refused, what stands beside it is reported.'),
  responseLogprobs: kept('Where the endpoint has them.'),
  logprobs: kept('Where the endpoint has them.'),
  thinkingConfig: mapped('How much the model thinks, and whether that is shown.'),
  mediaResolution: dropped('The vendor decides how finely images are seen.', 'MEDIA_RESOLUTION_UNSPECIFIED'),
  speechConfig: dropped('No model of a Copilot seat speaks.'),
  imageConfig: dropped('No model of a Copilot seat draws.'),
  audioTimestamp: dropped('Nobody tells times in sound.', false),
  audioTranscriptionConfig: dropped('Nobody writes down sound.'),
  translationConfig: dropped('Nobody translates sound.'),
  enableAffectiveDialog: dropped('No model of a Copilot seat speaks.', false),
  enableEnhancedCivicAnswers: dropped('Of Google alone.', false),
  routingConfig: dropped('The model is the one that was asked for.'),
  modelSelectionConfig: dropped('The model is the one that was asked for.'),
};

/** Of `generationConfig`. */
export const generationNumbers: NumberTable = {
  temperature: { min: 0, max: 2 },
  topP: { min: 0, max: 1 },
  topK: { min: 0, max: Infinity },
  seed: { min: -(2 ** 31), max: 2 ** 31 - 1, isWhole: true },
  presencePenalty: { min: -2, max: 2 },
  frequencyPenalty: { min: -2, max: 2 },
  maxOutputTokens: tokens,
  candidateCount: tokens,
  logprobs: { min: 0, max: 20, isWhole: true },
};

/** 0 is off, and -1 what the model likes. */
export const thinkingBudget: NumberBounds = { min: -1, max: 2 ** 31 - 1, isWhole: true };

/** Members of a part that hold what it says. Those that are dropped are run or understood by Google alone. */
export const partMembers: MemberTable = {
  text: kept('What is said; with `thought` what was thought.'),
  thought: kept('Tells thoughts from text.'),
  thoughtSignature: kept('Reasoning that only its maker can read.'),
  inlineData: kept('An image, a document, sound.'),
  fileData: kept('An image or document by its address.'),
  functionCall: kept('A call.'),
  functionResponse: kept("A call's result."),
  executableCode: dropped('Only Google runs code for the model.'),
  codeExecutionResult: dropped('Only Google runs code for the model.'),
  toolCall: dropped('Only Google can run its own tools.'),
  toolResponse: dropped('Only Google can run its own tools.'),
  videoMetadata: dropped('No model of a Copilot seat sees video.'),
  mediaResolution: dropped('The vendor decides how finely images are seen.'),
  mediaProcessing: dropped('The vendor decides how media are read.'),
  audioTranscription: dropped('Nobody writes down sound.'),
  speechMetadata: dropped('No model of a Copilot seat speaks.'),
  partMetadata: dropped('It is for the caller alone.'),
};

export const callMembers: MemberTable = {
  id: kept('The id, also where an earlier answer gave it.'),
  name: kept('The function.'),
  args: kept('Its arguments.'),
  partialArgs: dropped('Arguments come whole.'),
  willContinue: dropped('Arguments come whole.', false),
};

export const resultMembers: MemberTable = {
  id: kept('The id of its call.'),
  name: kept('The function; pairs results that have no id.'),
  response: kept('`output` or `error` alone is the result; else the object is, as JSON.'),
  parts: kept('Images and documents of the result.'),
  willContinue: dropped('A call has one result.', false),
  scheduling: dropped('A call waits for its result.'),
};

export const functionMembers: MemberTable = {
  name: kept('The name.'),
  description: kept('The description.'),
  parameters: mapped("Google's dialect becomes JSON Schema."),
  parametersJsonSchema: kept('JSON Schema.'),
  response: dropped('What a function returns is not told to a model.'),
  responseJsonSchema: dropped('What a function returns is not told to a model.'),
  behavior: dropped('A call waits for its result.', 'BLOCKING', 'UNSPECIFIED'),
};

export const choiceMembers: MemberTable = {
  mode: kept('AUTO, ANY, NONE; VALIDATED is AUTO.'),
  allowedFunctionNames: kept('The functions to choose from.'),
  streamFunctionCallArguments: dropped('Arguments come whole.', false),
};

export const toolConfigMembers: MemberTable = {
  functionCallingConfig: kept('The tool choice.'),
  retrievalConfig: dropped('Only Google looks things up for the model.'),
  includeServerSideToolInvocations: dropped('Only Google can run its own tools.', false),
};

export const thinkingMembers: MemberTable = {
  includeThoughts: kept('Whether thoughts are shown.'),
  thinkingBudget: kept('0 is off, -1 leaves it to the model.'),
  thinkingLevel: kept('How hard the model thinks.'),
};
