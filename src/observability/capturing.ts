/** Capture as the proxy plugs it in: the desk that reads along, what is old is dropped, and a word for whoever looks. */
import type { Clock } from '../base/clock.ts';
import type { Caller } from '../canonical/caller.ts';
import type { Capture, CaptureBounds, CaptureStatus } from '../canonical/capture.ts';
import type { CaptureConfig } from '../config/config.ts';
import { createCaptureDesk, isCaptured, type CaptureDesk } from './capture-desk.ts';
import type { Redactor } from './redact.ts';

export interface Capturing extends CaptureDesk {
  /** Null where nothing is kept, and nothing was. */
  status(): CaptureStatus | null;
  /** Drops what is old, now and every hour, also where nothing is captured any more. Says what its owner has to know. */
  start(warn: (message: string) => void): void;
}

export interface CapturingOptions {
  readonly config: CaptureConfig;
  readonly redactor: Pick<Redactor, 'redact'>;
  /** Where it is kept. */
  readonly store: {
    put(capture: Capture, bounds: CaptureBounds): void;
    prune(bounds: CaptureBounds): void;
    size(): { readonly captures: number; readonly bytes: number };
  };
  /** The further keys; the default one is always there. */
  readonly callerKeys: {
    list(): readonly {
      readonly id: string;
      readonly label: string;
      readonly capture: boolean;
      readonly revokedAt: number | null;
    }[];
  };
  /** Who calls without a key; null where nobody may. */
  readonly anonymous: Pick<Caller, 'keyId' | 'label'> | null;
  readonly clock: Pick<Clock, 'after'>;
}

const hourMs = 60 * 60 * 1000;

export function createCapturing({
  config,
  redactor,
  store,
  callerKeys,
  anonymous,
  clock,
}: CapturingOptions): Capturing {
  const { maxAgeHours, maxTotalBytes } = config;
  const bounds: CaptureBounds = { maxTotalBytes, maxAgeMs: maxAgeHours * hourMs };
  const desk = createCaptureDesk({ config, redactor, keep: (capture) => store.put(capture, bounds) });
  const captured = () =>
    [
      { keyId: 'default', label: 'default' },
      ...(anonymous === null ? [] : [anonymous]),
      ...callerKeys
        .list()
        .filter(({ revokedAt }) => revokedAt === null)
        .map(({ id, label, capture }) => ({ keyId: id, label, capture })),
    ]
      .filter((key) => isCaptured(config, key))
      .map(({ label }) => label);

  function prune() {
    store.prune(bounds);
    clock.after(hourMs, prune);
  }

  return {
    ...desk,
    status() {
      const { captures: kept, bytes } = store.size();
      const labels = captured();
      return labels.length === 0 && kept === 0 ? null : { keys: labels, kept, bytes, maxAgeHours };
    },
    start(warn) {
      prune();
      const labels = captured();
      if (labels.length > 0) warn(`Capture is on: prompts and answers are kept for ${labels.join(', ')}.`);
    },
  };
}
