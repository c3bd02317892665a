/** What the upstream's endpoints take of images and documents, and what a model takes of them by its catalogue row. */
import type { Model } from '../canonical/model.ts';
import type { Endpoint } from '../canonical/protocol-id.ts';
import { isTextType, plainType } from './media-type.ts';
import type { Medium } from './medium.ts';

/**
 * Addresses: Messages refuses `source.type:"url"`. Documents: Chat takes parts of type `text` and `image_url` and no other.
 * Observed by several clients of Copilot (reference §4 to §6).
 */
export const endpointTakes: Readonly<Record<Endpoint, { readonly addresses: boolean; readonly documents: boolean }>> = {
  '/chat/completions': { addresses: true, documents: false },
  '/responses': { addresses: true, documents: true },
  '/v1/messages': { addresses: false, documents: true },
  '/embeddings': { addresses: false, documents: false },
};

/** Whether something among `media` is lost on an endpoint that takes no documents. */
export function needsDocuments(media: readonly Medium[]): boolean {
  return media.some(({ kind, content, title }) => {
    if (kind === 'image') return false;
    const declared = content.kind === 'address' || content.declared === null ? null : plainType(content.declared);
    return !isTextType(declared, title) && !declared?.startsWith('image/');
  });
}

/** Only what the catalogue says outright: of a row that says nothing, nothing is known. */
export function isBlind({ supports }: Pick<Model, 'supports'>): boolean {
  return !supports.vision && supports.unstated !== true;
}

export function takesDocuments({ endpoints }: Pick<Model, 'endpoints'>): boolean {
  return endpoints.some((endpoint) => endpointTakes[endpoint].documents);
}

/** Some models that can, for a refusal that says where else to go. */
export function namesOf(models: readonly Model[], can: (model: Model) => boolean): string {
  const names = models.flatMap((model) => (model.kind === 'chat' && model.listed && can(model) ? [model.id] : []));
  return names.length === 0 ? 'No listed model of this seat does.' : `These do: ${names.slice(0, 4).join(', ')}.`;
}
