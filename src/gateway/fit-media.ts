/** Fits the images and documents of a body to the model that it names, before anything is planned. */
import { isObject } from '../canonical/json-value.ts';
import type { Model } from '../canonical/model.ts';
import type { RequestEdit } from '../canonical/request-edit.ts';
import { editJson } from '../framing/json-text.ts';
import { parseLatin1Json } from '../framing/latin1-json.ts';
import { findMedia } from '../media/find-media.ts';
import type { MediaDesk } from '../media/media-desk.ts';
import { chosenEndpoint, type EndpointInput } from './plan-exchange.ts';
import type { RequestBody } from './request-body.ts';

export interface MediaToFit extends EndpointInput {
  readonly model: Model;
  /** Of the seat. */
  readonly models: readonly Model[];
  readonly session: string;
  readonly isPreview: boolean;
}

export interface FittedBody {
  readonly body: RequestBody;
  readonly edits: readonly RequestEdit[];
}

/** `body` itself where there is nothing to fit. Errors: `invalid_request`, `request_too_large`. */
export async function fitMedia(desk: MediaDesk, request: MediaToFit): Promise<FittedBody> {
  const { route, body, model, models, session, isPreview } = request;
  const media = findMedia(route.protocol, body.view);
  if (media.length === 0) return { body, edits: [] };
  const endpoint = chosenEndpoint(request, model);
  const isCount = route.operation === 'count-tokens';
  const { jsonEdits, edits } = await desk.fit({
    media,
    model,
    endpoint,
    session,
    purpose: isCount ? 'count' : isPreview ? 'preview' : 'send',
    isChatAsIs: route.protocol === 'openai-chat' && endpoint === '/chat/completions',
    models,
  });
  if (jsonEdits.length === 0) return { body, edits };
  const text = editJson(body.text, jsonEdits);
  const view = parseLatin1Json(text);
  if (!isObject(view)) return { body, edits };
  const { hadByteOrderMark, repeatedKeys } = body;
  return { body: { text, view, bytes: Buffer.from(text, 'latin1'), hadByteOrderMark, repeatedKeys }, edits };
}
