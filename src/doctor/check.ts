/** What a check is: one place where something can be wrong, and the sentences for what is found there. */
import type { DoctorWorld } from './doctor-world.ts';

/** `skipped`: it could not be looked at, and why is said. */
export type FindingState = 'ok' | 'warning' | 'problem' | 'skipped';

export interface Finding {
  /** `CHECK` where all is well, else `CHECK/KIND`: a key of the check's `kinds`. */
  readonly id: string;
  readonly check: string;
  readonly title: string;
  readonly state: FindingState;
  /** What was seen here. Never a secret. */
  readonly seen: string;
  /** Null where all is well. */
  readonly cause: string | null;
  readonly cure: string | null;
}

/** What can be found, in general words: the page is written from them. */
export interface FindingKind {
  readonly state: 'warning' | 'problem';
  readonly cause: string;
  readonly cure: string;
}

export type Kinds = Readonly<Record<string, FindingKind>>;

/** What one look found: `kind` names one of the check's kinds; without it all is well. */
export interface Seen {
  readonly kind?: string;
  readonly seen: string;
}

export interface Check {
  /** As `crossfeed doctor --only ID` takes it. */
  readonly id: string;
  readonly title: string;
  readonly kinds: Kinds;
  /** One at least. What it throws is no finding but a reason why nothing could be seen. */
  look(world: DoctorWorld): Promise<readonly Seen[]>;
}

/** Keeps `kind` to the names that the check itself declares. */
export function check<K extends Kinds>(
  id: string,
  title: string,
  kinds: K,
  look: (world: DoctorWorld) => Promise<readonly { readonly kind?: Extract<keyof K, string>; readonly seen: string }[]>,
): Check {
  return { id, title, kinds, look };
}
