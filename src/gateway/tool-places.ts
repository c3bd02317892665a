/** Which wire format's places of tool names belong to an endpoint. */
import type { Endpoint } from '../canonical/protocol-id.ts';
import { messagesToolNames } from '../protocols/anthropic-messages/tool-names.ts';
import { chatToolNames } from '../protocols/openai-chat/tool-names.ts';
import { responsesToolNames } from '../protocols/openai-responses/tool-names.ts';
import type { ToolNamePlaces } from '../protocols/tool-name-places.ts';

export const toolPlaces: Readonly<Partial<Record<Endpoint, ToolNamePlaces>>> = {
  '/chat/completions': chatToolNames,
  '/responses': responsesToolNames,
  '/v1/messages': messagesToolNames,
};
