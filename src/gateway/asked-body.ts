/** A caller's body as the rest of the gateway reads it: with what the URL says, and what its protocol means unsaid. */
import type { JsonObject } from '../canonical/json-value.ts';
import { editJson, type JsonEdit } from '../framing/json-text.ts';
import type { InferenceRoute } from './gateway.ts';
import type { RequestBody } from './request-body.ts';

/**
 * The model of the URL, and whether it streams. What this adds goes nowhere: such protocols are always translated, and
 * their decoders know these two members.
 */
export function askedBody(route: InferenceRoute, body: RequestBody): RequestBody {
  const says = saidOutside(route, body.view);
  if (says === null) return body;
  const edits = Object.entries(says).map(([key, value]): JsonEdit => ({ op: 'set', path: [key], value }));
  const view = { ...body.view, ...says };
  let text: string | undefined;
  return {
    ...body,
    view,
    // Few read it: what goes up is written from the view, but for numbers that no view holds.
    get text() {
      return (text ??= editJson(body.text, edits));
    },
    get bytes() {
      return Buffer.from(this.text, 'latin1');
    },
  };
}

function saidOutside({ urlSays, streamsByDefault, operation }: InferenceRoute, view: JsonObject): JsonObject | null {
  if (urlSays) return { model: Buffer.from(urlSays.model).toString('latin1'), stream: urlSays.stream };
  const isUnsaid = view['stream'] === undefined || view['stream'] === null;
  return streamsByDefault === true && operation === 'generate' && isUnsaid ? { stream: true } : null;
}
