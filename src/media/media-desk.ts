/** Makes the images and documents of a request fit its endpoint and model, before anything is planned. */
import { createHash } from 'node:crypto';
import type { Model } from '../canonical/model.ts';
import type { Endpoint } from '../canonical/protocol-id.ts';
import type { RequestEdit } from '../canonical/request-edit.ts';
import type { JsonEdit } from '../framing/json-text.ts';
import type { AddressPolicy } from './address.ts';
import { createByteCache } from './byte-cache.ts';
import { endpointTakes, isBlind, namesOf, takesDocuments } from './endpoint-media.ts';
import type { RemoteFetcher } from './fetch-remote.ts';
import { createImageFitter } from './fit-image.ts';
import type { LoadImageLibrary } from './image-library.ts';
import { createTurns } from './in-turn.ts';
import { judgeMedium, knownData, refuseMedium, type KnownData } from './judge-medium.ts';
import type { Medium } from './medium.ts';

export interface MediaDeskOptions {
  readonly loadLibrary: LoadImageLibrary;
  /** Null: nothing is fetched. */
  readonly fetcher: RemoteFetcher | null;
  readonly policy: AddressPolicy;
  readonly disabledRules: ReadonlySet<string>;
}

export interface MediaRequest {
  readonly media: readonly Medium[];
  readonly model: Model;
  readonly endpoint: Endpoint;
  readonly session: string;
  /** For a count nothing is fetched, shrunk or refused for its size; for a preview nothing is fetched. */
  readonly purpose: 'send' | 'count' | 'preview';
  /** The caller has Chat's own words, and so has the endpoint: a document of plain text has to become text here. */
  readonly isChatAsIs: boolean;
  /** Of the seat. */
  readonly models: readonly Model[];
}

export interface FittedMedia {
  readonly jsonEdits: readonly JsonEdit[];
  readonly edits: readonly RequestEdit[];
}

export interface MediaDesk {
  /** Errors: `invalid_request`, `request_too_large`, with the place as `param`. */
  fit(request: MediaRequest): Promise<FittedMedia>;
}

/** What a medium becomes: its data, known or fetched. */
interface Held {
  readonly medium: Medium;
  readonly known: KnownData;
  readonly data: string;
  /** The host that it was fetched from. */
  readonly host?: string;
}

/** What is fetched is kept for the session: a prefix that changes costs the prompt cache. */
const keptChars = 96 * 1024 * 1024;
const mostAddresses = 20;
const mostFetches = 4;
const mostChars = 64 * 1024 * 1024;

export function createMediaDesk({ loadLibrary, fetcher, policy, disabledRules }: MediaDeskOptions): MediaDesk {
  const fetched = createByteCache<string>(keptChars);
  const fitImage = createImageFitter(loadLibrary, disabledRules);

  const inTurn = createTurns(mostFetches);
  /** An image that stands in a conversation twice is fetched once. */
  const running = new Map<string, Promise<string>>();

  async function fetchData({ param }: Medium, address: string, key: string): Promise<string> {
    const known = fetched.get(key);
    if (known !== undefined) return known;
    const answer = (await inTurn(async () => fetcher?.fetch(address))) ?? { ok: false, reason: 'nothing is fetched.' };
    if (!answer.ok) throw refuseMedium(param, `this could not be fetched: ${answer.reason}`);
    if (answer.bytes.length === 0) throw refuseMedium(param, 'this could not be fetched: it is empty.');
    const data = answer.bytes.toString('base64');
    fetched.set(key, data, data.length);
    return data;
  }

  async function fetchOne(medium: Medium, url: string, session: string): Promise<Held> {
    const key = `${session} ${createHash('sha256').update(url, 'latin1').digest('hex')}`;
    const address = Buffer.from(url, 'latin1').toString('utf8');
    let asked = running.get(key);
    if (asked === undefined) {
      asked = fetchData(medium, address, key).finally(() => running.delete(key));
      running.set(key, asked);
    }
    const data = await asked;
    const known = knownData(medium, null, data);
    if (known.type === null)
      throw refuseMedium(medium.param, 'what was fetched from there is neither an image nor a PDF.');
    return { medium, known, data, host: new URL(address).host };
  }

  /** Of one request; each is its base64. */
  function refuseTooMuch(held: readonly (Held | null)[]) {
    let chars = 0;
    for (const one of held) {
      if (one?.host === undefined) continue;
      chars += one.data.length;
      if (chars > mostChars)
        throw refuseMedium(
          one.medium.param,
          `no more than ${mostChars} characters of data are fetched for one request.`,
        );
    }
  }

  /** All that has to be fetched, at once. */
  async function hold({ media, session, purpose, endpoint }: MediaRequest): Promise<readonly (Held | null)[]> {
    // All are judged before the first is fetched.
    const known = media.map((medium) => judgeMedium(medium, policy));
    const remote = media.filter(({ content }) => content.kind === 'address');
    const takesAddresses = endpointTakes[endpoint].addresses;
    if (fetcher !== null && purpose === 'send' && remote.length > mostAddresses)
      throw refuseMedium(
        remote[mostAddresses]?.param ?? '',
        `no more than ${mostAddresses} addresses are fetched for one request.`,
      );
    const held = await Promise.all(
      media.map(async (medium, index): Promise<Held | null> => {
        const { content, param, kind } = medium;
        if (content.kind === 'inline') return { medium, known: known[index] as KnownData, data: content.data };
        if (purpose !== 'send') return null;
        if (fetcher !== null) return fetchOne(medium, content.url, session);
        if (takesAddresses) return null;
        throw refuseMedium(
          param,
          `the upstream takes no ${kind} by its address here: send its data, or let the proxy fetch it (start --fetch-images, setting media.fetchRemote).`,
        );
      }),
    );
    refuseTooMuch(held);
    return held;
  }

  async function fitOne(held: Held, request: MediaRequest): Promise<FittedMedia> {
    const { medium, known, data, host } = held;
    const { model, endpoint, purpose, models } = request;
    const place = medium.path.join('.');
    const edit = (rule: string, reason: string): readonly RequestEdit[] => [{ rule, reason, path: place }];
    const mistyped = known.isMistyped && !disabledRules.has('media-type');
    if (known.kind === 'text') return asText(held, request) ?? kept;
    if (known.kind === 'document') {
      if (!endpointTakes[endpoint].documents && purpose === 'send')
        throw refuseMedium(medium.param, noDocuments(model, models));
      if (host === undefined && !mistyped) return kept;
      const edits =
        host === undefined
          ? edit('media-type', typeReason(known.type ?? ''))
          : edit('fetched-media', fetchedReason(host));
      return { jsonEdits: medium.put(known.type ?? '', data), edits };
    }
    if (purpose !== 'count' && isBlind(model)) return leaveImage(medium, request);
    const put = medium.kind === 'document' ? medium.show.bind(medium) : medium.put.bind(medium);
    const fitted = purpose === 'count' ? null : await fitImage(medium, known.type, data, model);
    if (fitted?.kind === 'left-out') return { jsonEdits: [fitted.jsonEdit], edits: [fitted.edit] };
    const edits = [
      ...(host === undefined ? [] : edit('fetched-media', fetchedReason(host))),
      ...(mistyped && host === undefined && !fitted ? edit('media-type', typeReason(known.type ?? '')) : []),
      ...(fitted ? [fitted.edit] : []),
      ...(medium.kind === 'document' && !mistyped ? edit('media-type', 'This file is an image, and goes as one.') : []),
    ];
    if (edits.length === 0) return kept;
    return { jsonEdits: put(fitted?.type ?? known.type ?? '', fitted?.base64 ?? data), edits };
  }

  return {
    async fit(request) {
      const held = await hold(request);
      const fits = await Promise.all(held.map(async (one) => (one === null ? kept : fitOne(one, request))));
      return { jsonEdits: fits.flatMap((fit) => fit.jsonEdits), edits: fits.flatMap((fit) => fit.edits) };
    },
  };
}

const kept: FittedMedia = { jsonEdits: [], edits: [] };

const fetchedReason = (host: string) => `Fetched from ${host} by this proxy: the data goes up in place of the address.`;
const typeReason = (type: string) => `The bytes are those of ${type}, which is what it goes up as.`;

function noDocuments(model: Model, models: readonly Model[]): string {
  return `model '${model.id}' takes no PDF on its only endpoint, /chat/completions. ${namesOf(models, takesDocuments)}`;
}

/** An older image is not what this turn is about: a text stands for it, so that a conversation can change its model. */
function leaveImage(medium: Medium, { model, models }: MediaRequest): FittedMedia {
  const said = medium.isNew ? null : medium.say('[image removed by Crossfeed: this model sees no images]');
  if (said === null)
    throw refuseMedium(
      medium.param,
      `model '${model.id}' sees no images. ${namesOf(models, (other) => other.supports.vision)}`,
    );
  const reason = `Model '${model.id}' sees no images, so a text stands for an older one.`;
  return { jsonEdits: [said], edits: [{ rule: 'image-placeholder', reason, path: medium.path.join('.') }] };
}

/** Where nothing is translated: a translation has its own words for it. */
function asText({ medium, data }: Held, { isChatAsIs }: MediaRequest): FittedMedia | null {
  if (!isChatAsIs) return null;
  const bytes = Buffer.from(data, 'base64');
  const text = bytes.toString('latin1');
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuseMedium(medium.param, 'this is no text in UTF-8.');
  }
  const said = medium.say(medium.title === undefined ? text : `${medium.title}\n\n${text}`);
  const reason = 'Chat takes no files: a document of plain text goes as text.';
  return said && { jsonEdits: [said], edits: [{ rule: 'document-text', reason, path: medium.path.join('.') }] };
}
