/** The question "may this call be paid for?", asked once an exchange after its plan and before its turn. */
import type { ProtocolId } from '../canonical/protocol-id.ts';
import type { Estimate } from '../canonical/spend.ts';
import type { ProxyError } from '../errors/proxy-error.ts';

export interface SpendRequest {
  readonly exchangeId: string;
  readonly accountName: string;
  readonly keyId: string;
  readonly keyLabel: string;
  readonly project: string | null;
  readonly session: string;
  readonly protocol: ProtocolId;
  readonly route: string;
  /** The user agent, as `started` says it. */
  readonly client: string;
  readonly model: string;
  /** What the call says it is (a compaction, a title); null where it does not. */
  readonly kind: string | null;
  readonly estimate: Estimate;
  /** The names of the edits that it goes up with. */
  readonly edits: readonly string[];
  /** Aborts when the client leaves. */
  readonly signal: AbortSignal;
}

export type SpendVerdict =
  | {
      readonly allowed: true;
      /** What the caller is to hear, e.g. that a soft budget is behind it: ASCII, one line each. */
      readonly warnings: readonly string[];
    }
  /** `insufficient_quota`, `approval_denied`; its message says what was spent, of what, and how to raise it. */
  | { readonly allowed: false; readonly error: ProxyError };

export interface SpendGuard {
  /**
   * Reserves the call's estimate under every budget that counts it; durably where one is hard. Answers at once unless a
   * person has to be asked. What was reserved is settled by the exchange's record, whatever its end.
   */
  admit(request: SpendRequest): SpendVerdict | Promise<SpendVerdict>;
}
