/** Requests to `/api/chat` and `/api/generate` in our words. */
import type { Item } from '../../canonical/conversation.ts';
import type { JsonObject } from '../../canonical/json-value.ts';
import type { ModelRequest } from '../../canonical/model-request.ts';
import type { Report } from '../../canonical/request-edit.ts';
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
  return { ...settings, items: [...jsonWish(settings, report), ...items], tools: decodeTools(body['tools']) };
};

export const decodeOllamaGenerate: RequestDecoder['decodeRequest'] = (body, report) => {
  const { suffix } = body;
  if (suffix != null && suffix !== '')
    throw malformed('suffix', 'no model here fills in the middle: leave it out, or use /api/chat.');
  reportMembers(generateMembers, body, report);
  const settings = decodeSettings(body, report);
  return { ...settings, items: [...jsonWish(settings, report), ...promptItems(body)], tools: [] };
};

/**
 * Ollama holds any model to JSON, whatever its prompt says. OpenAI refuses to where no turn has the word, and Claude has no
 * such mode: the turn before all others stays the same for the whole conversation.
 */
function jsonWish({ output }: Pick<ModelRequest, 'output'>, report: Report): readonly Item[] {
  if (output.format.kind !== 'json-object') return [];
  const reason = 'JSON is asked for in words as well: OpenAI wants them, and Claude has no such mode.';
  report({ rule: 'approximated', path: 'format', reason });
  return [{ kind: 'message', role: 'system', parts: [{ kind: 'text', text: 'Answer with JSON and nothing else.' }] }];
}

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
