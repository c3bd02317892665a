/** What a running Crossfeed would send up for a capsule's request, against what went up then. */
import type { Capsule } from '../canonical/capsule.ts';
import { isObject, objectOf, type JsonObject } from '../canonical/json-value.ts';
import type { RequestEdit } from '../canonical/request-edit.ts';
import type { Comparison } from './replay-capsule.ts';
import { bodyDifferences, routeDifferences, withControls } from './replay-differences.ts';

/** `preview` is the answer of `/crossfeed/v1/preview`. */
export function comparePreview({ record, bodies }: Capsule, preview: JsonObject): Comparison {
  if (!bodies?.sent) return { kind: 'unknown', why: 'The capsule does not hold what went up then.' };
  if (bodies.sent.isCut) return { kind: 'unknown', why: 'What went up was cut when it was captured.' };
  const { lane, model, endpoint, edits, body } = preview;
  const now = {
    lane,
    model,
    endpoint,
    stream: record.stream,
    edits: Array.isArray(edits) ? (edits.map(objectOf) as unknown as RequestEdit[]) : [],
  };
  const text = isObject(body) ? JSON.stringify(body) : String(body);
  const differences = [...routeDifferences(record, now), ...bodyDifferences(withControls(bodies.sent.text), text)];
  return differences.length === 0 ? { kind: 'same' } : { kind: 'different', differences };
}
