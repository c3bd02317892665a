/** Which trace an exchange belongs to: the caller's own, that of the exchange it was made for, or one of its own. */
import { createHash } from 'node:crypto';

export interface TraceContext {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  readonly parentSpanId: string | null;
  /** False where the caller says that its trace is not recorded. */
  readonly isSampled: boolean;
}

/** W3C Trace Context: version, trace, span, flags. Later versions may add more behind it. */
const form = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

/** Bounds what is remembered of exchanges for those that are made for them. */
const maxKept = 2_000;

export interface TraceContexts {
  /** `traceparent` is the caller's header as it came; one that is none is as good as none. */
  begin(id: string, parentId: string | null, traceparent: string | readonly string[] | undefined): void;
  of(id: string, parentId: string | null): TraceContext;
}

/** Ids are made of the exchange's own, so that nothing has to be kept for those that stand alone. */
export function createTraceContexts(): TraceContexts {
  const given = new Map<string, TraceContext>();

  function own(id: string, parentId: string | null): TraceContext {
    const parent = parentId === null ? undefined : given.get(parentId);
    return {
      traceId: parent?.traceId ?? hex(parentId ?? id, 32),
      spanId: spanIdOf(id),
      parentSpanId: parentId === null ? null : spanIdOf(parentId),
      isSampled: parent?.isSampled ?? true,
    };
  }

  return {
    begin(id, parentId, traceparent) {
      const [, traceId, parentSpanId, flags] = (typeof traceparent === 'string' && form.exec(traceparent.trim())) || [];
      if (parentId !== null || traceId === undefined || parentSpanId === undefined || flags === undefined) return;
      given.set(id, { traceId, spanId: spanIdOf(id), parentSpanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 });
      const [oldest] = given.keys();
      if (given.size > maxKept && oldest !== undefined) given.delete(oldest);
    },
    of: (id, parentId) => given.get(id) ?? own(id, parentId),
  };
}

const spanIdOf = (id: string) => hex(`span ${id}`, 16);

function hex(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}
