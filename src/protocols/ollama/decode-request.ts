/** Requests to `/api/chat` and `/api/generate` in our words. */
import type { Item } from '../../canonical/conversation.ts';
import type { JsonObject } from '../../canonical/json-value.ts';
import { jsonWish } from '../json-wish.ts';
import { reportMembers } from '../member-table.ts';
import type { RequestDecoder } from '../protocol.ts';
import { decodeImages } from './decode-images.ts';
import { decodeMessages } from './decode-messages.ts';
import { decodeSettings } from './decode-settings.ts';
import { decodeTools } from './decode-tools.ts';
import { malformed, requireText } from './malformed.ts';
import { chatMembers, generateMembers } from './member-tables.ts';

export const decodeOllamaChat: RequestDecoder['decodeRequest'] = (body, report) => {
  reportMembers(chatMembers, body, report);
  const settings = decodeSettings(body, report);
  const items = decodeMessages(body['messages'], report);
  return {
    ...settings,
    items: [...jsonWish(settings.output, 'format', report), ...items],
    tools: decodeTools(body['tools']),
  };
};

export const decodeOllamaGenerate: RequestDecoder['decodeRequest'] = (body, report) => {
  const { suffix } = body;
  if (suffix != null && suffix !== '')
    throw malformed('suffix', 'no model here fills in the middle: leave it out, or use /api/chat.');
  reportMembers(generateMembers, body, report);
  const settings = decodeSettings(body, report);
  return { ...settings, items: [...jsonWish(settings.output, 'format', report), ...promptItems(body)], tools: [] };
};

/** The prompt is one user turn, what `system` says a turn before it. */
function promptItems({ prompt, system, images }: JsonObject): readonly Item[] {
  const said = (value: unknown, path: string) => (value == null ? '' : requireText(value, path));
  const rules = said(system, 'system');
  const text = said(prompt, 'prompt');
  const parts = [...decodeImages(images, 'images'), ...(text === '' ? [] : [{ kind: 'text', text } as const])];
  if (parts.length === 0) throw malformed('prompt', 'a text is required.');
  const lead: readonly Item[] =
    rules === '' ? [] : [{ kind: 'message', role: 'system', parts: [{ kind: 'text', text: rules }] }];
  return [...lead, { kind: 'message', role: 'user', parts }];
}
