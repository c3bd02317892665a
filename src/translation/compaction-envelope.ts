/** A summary that we wrote in place of a conversation, as the opaque content of a compaction item. */
import { objectOf, parseJson } from '../canonical/json-value.ts';

/** The form of our other envelopes: version, family, whose account (anybody's: the text is the caller's own). */
const mark = 'cf1.crossfeed.compaction.0.';

/** `summary` is a latin1 view of UTF-8. */
export function sealSummary(summary: string): string {
  const payload = JSON.stringify({ summary: Buffer.from(summary, 'latin1').toString('utf8') });
  return mark + Buffer.from(payload).toString('base64url');
}

/** The summary, a view; null where the content is none of ours, `broken` where a client has cut it. */
export function openSummary(content: string): { readonly summary: string } | 'broken' | null {
  if (!content.startsWith(mark)) return null;
  const payload = Buffer.from(content.slice(mark.length), 'base64url').toString('utf8');
  const { summary } = objectOf(parseJson(payload));
  return typeof summary === 'string' ? { summary: Buffer.from(summary).toString('latin1') } : 'broken';
}
