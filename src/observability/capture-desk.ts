/** Keeps bounded copies of what goes through an exchange, where its key's owner asked for that, and cleans them at its end. */
import type { Caller } from '../canonical/caller.ts';
import type { Capture, CapturedText } from '../canonical/capture.ts';
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import type { CaptureConfig } from '../config/config.ts';
import type { Redactor } from './redact.ts';

export interface CaptureDesk {
  /** Whether the exchange is captured. */
  begin(exchangeId: string, caller: Pick<Caller, 'keyId' | 'label' | 'capture'>, request: Buffer): boolean;
  /** The body that goes up for it; the last one stays. Whether the exchange is captured. */
  sent(exchangeId: string, body: Buffer): boolean;
  /** What comes back for that. */
  received(exchangeId: string, bytes: Buffer): void;
  /** What its client gets. */
  answer(exchangeId: string, bytes: Buffer | string): void;
  /** The exchange is over: off every path, its copies are cleaned and kept. */
  finish(record: ExchangeRecord): void;
}

export interface CaptureDeskOptions {
  readonly config: CaptureConfig;
  readonly redactor: Pick<Redactor, 'redact'>;
  readonly keep: (capture: Capture) => void;
}

interface Draft {
  request: Piece;
  sent: Piece | null;
  received: Flowing | null;
  readonly answer: Flowing;
}

/** What comes piece by piece. */
interface Flowing {
  readonly pieces: Buffer[];
  bytes: number;
  keptBytes: number;
}

interface Piece {
  readonly bytes: Buffer;
  readonly wholeBytes: number;
}

const nothingYet = (): Flowing => ({ pieces: [], bytes: 0, keptBytes: 0 });

/** Beyond it exchanges go uncaptured: what is open at a time is memory. */
const maxOpen = 200;

/** Whether a key's calls are captured. */
export function isCaptured(config: CaptureConfig, caller: Pick<Caller, 'keyId' | 'label' | 'capture'>): boolean {
  if (caller.capture === true) return true;
  const { enabled, keys } = config;
  return enabled && (keys.length === 0 || keys.includes(caller.keyId) || keys.includes(caller.label));
}

export function createCaptureDesk({ config, redactor, keep }: CaptureDeskOptions): CaptureDesk {
  const { maxBytes } = config;
  const drafts = new Map<string, Draft>();

  /** A copy: a part of a large body would hold it whole. */
  const pieceOf = (body: Buffer): Piece => ({
    bytes: Buffer.from(body.subarray(0, maxBytes)),
    wholeBytes: body.length,
  });

  function add(flowing: Flowing, bytes: Buffer) {
    flowing.bytes += bytes.length;
    const room = maxBytes - flowing.keptBytes;
    if (room <= 0) return;
    const copy = Buffer.from(bytes.subarray(0, room));
    flowing.keptBytes += copy.length;
    flowing.pieces.push(copy);
  }

  const wholeOf = ({ pieces, bytes }: Flowing): Piece => ({ bytes: Buffer.concat(pieces), wholeBytes: bytes });

  function cleaned({ bytes, wholeBytes }: Piece): CapturedText {
    // The redactor spells out controls, and a line's end is none here.
    const lines = bytes.toString('utf8').split('\n');
    const text = lines.map((line) => redactor.redact(line)).join('\n');
    return { text, bytes: wholeBytes, isCut: bytes.length < wholeBytes };
  }

  return {
    begin(exchangeId, caller, request) {
      if (!isCaptured(config, caller) || drafts.size >= maxOpen) return false;
      drafts.set(exchangeId, { request: pieceOf(request), sent: null, received: null, answer: nothingYet() });
      return true;
    },
    sent(exchangeId, body) {
      const draft = drafts.get(exchangeId);
      if (draft === undefined) return false;
      draft.sent = pieceOf(body);
      draft.received = null;
      return true;
    },
    received(exchangeId, bytes) {
      const draft = drafts.get(exchangeId);
      if (draft) add((draft.received ??= nothingYet()), bytes);
    },
    answer(exchangeId, bytes) {
      const draft = drafts.get(exchangeId);
      if (draft) add(draft.answer, typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
    },
    finish(record) {
      const draft = drafts.get(record.id);
      if (draft === undefined) return;
      drafts.delete(record.id);
      const { keyId, session, route, model, lane, outcome, status, edits } = record;
      keep({
        exchangeId: record.id,
        at: record.startedAt,
        keyId,
        session,
        route,
        model,
        lane,
        outcome,
        status,
        edits,
        request: cleaned(draft.request),
        sent: draft.sent && cleaned(draft.sent),
        received: draft.received && cleaned(wholeOf(draft.received)),
        answer: cleaned(wholeOf(draft.answer)),
      });
    },
  };
}
