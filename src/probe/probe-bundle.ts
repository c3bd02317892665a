/** What a probe found, as a file that may be given away: no token, no name of a person or tenant, no text of an answer. */
import { isObject, objectOf, parseJson, type JsonObject } from '../canonical/json-value.ts';
import type { Evidence } from './probe-point.ts';
import type { ProbeFinding } from './run-probe.ts';

export const probeBundleVersion = 1;

export interface BundleFinding {
  readonly id: string;
  readonly section: string;
  readonly question: string;
  readonly request: string;
  readonly reference: string;
  /** What the simulator does; null where it is not asked. */
  readonly simulator: string | null;
  readonly seen: string | null;
  readonly why: string | null;
  readonly evidence: readonly Evidence[];
}

export interface ProbeBundle {
  readonly kind: 'crossfeed-probe';
  readonly version: typeof probeBundleVersion;
  /** `YYYY-MM-DD`: the hour is nobody's business. */
  readonly date: string;
  readonly crossfeed: string;
  readonly seat: { readonly road: string | null; readonly credentialKind: string | null; readonly api: string };
  readonly credits: number | null;
  readonly findings: readonly BundleFinding[];
  /** Here the simulator is wrong. */
  readonly simulatorIsWrong: readonly { readonly id: string; readonly expected: string; readonly seen: string }[];
}

export interface BundleFacts extends Pick<ProbeBundle, 'crossfeed' | 'credits'> {
  readonly nowMs: number;
  readonly road: string | null;
  readonly credentialKind: string | null;
  readonly apiOrigin: string | null;
  /** Takes out secrets, and the names that are known. */
  readonly clean: (text: string) => string;
}

const maxWords = 240;

export function makeBundle(findings: readonly ProbeFinding[], facts: BundleFacts): ProbeBundle {
  const { clean, crossfeed, credits, road, credentialKind } = facts;
  const text = (words: string | null) => (words === null ? null : withoutNames(clean(words)).slice(0, maxWords));
  return {
    kind: 'crossfeed-probe',
    version: probeBundleVersion,
    date: new Date(facts.nowMs).toISOString().slice(0, 10),
    crossfeed,
    seat: { road, credentialKind, api: kindOfHost(facts.apiOrigin) },
    credits,
    findings: findings.map(({ point, seen, why, evidence }) => ({
      id: point.id,
      section: point.section,
      question: point.question,
      request: point.request,
      reference: point.reference,
      simulator: point.simulator,
      seen: text(seen),
      why: text(why ?? null),
      evidence: evidence.map((one) => ({ ...one, code: text(one.code), words: text(one.words) })),
    })),
    simulatorIsWrong: differences(findings).map((one) => ({ ...one, seen: text(one.seen) ?? '' })),
  };
}

/** Points on which the simulator does otherwise. */
export function differences(findings: readonly ProbeFinding[]): ProbeBundle['simulatorIsWrong'] {
  return findings.flatMap(({ point: { id, simulator }, seen }) =>
    seen === null || simulator === null || seen === simulator ? [] : [{ id, expected: simulator, seen }],
  );
}

/** What a bundle says was seen, by the point's id; a sentence where the text is no bundle that this version reads. */
export function readFindings(text: string): Readonly<Record<string, string>> | string {
  const bundle = parseJson(text);
  if (!isObject(bundle) || bundle['kind'] !== 'crossfeed-probe') return 'it is not a bundle of `crossfeed probe`';
  if (bundle['version'] !== probeBundleVersion)
    return `it is a bundle of version ${JSON.stringify(bundle['version'])}, and this program reads ${probeBundleVersion}`;
  const { findings } = bundle;
  if (!Array.isArray(findings) || !findings.every(isFinding)) return 'its findings are damaged';
  return Object.fromEntries(
    findings.map(objectOf).flatMap(({ id, seen }) => (typeof seen === 'string' ? [[String(id), seen]] : [])),
  );
}

function isFinding(value: unknown): value is JsonObject {
  if (!isObject(value)) return false;
  const { id, seen } = value;
  return typeof id === 'string' && (seen === null || (typeof seen === 'string' && seen.length <= maxWords));
}

/** The shared hosts by name, any other by its kind: a tenant's host is its name. */
function kindOfHost(origin: string | null): string {
  if (origin === null) return 'unknown';
  const { hostname } = new URL(origin);
  if (/^api\.(?:individual\.|business\.|enterprise\.)?githubcopilot\.com$/.test(hostname)) return hostname;
  if (hostname.endsWith('.ghe.com')) return 'a tenant of ghe.com';
  return /^(?:127\.|\[?::1|localhost$)/.test(hostname) ? 'this machine' : 'another host';
}

/** Hosts of tenants, mail addresses, addresses of machines, long numbers and ids: whatever names somebody. */
function withoutNames(text: string): string {
  return text
    .replace(/[\w.+-]+@[\w-]+\.[\w.-]+/g, '[mail]')
    .replace(/\b[\w.-]+\.ghe\.com\b/gi, '[host]')
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '[address]')
    .replace(/\blogged in as \S+/gi, 'logged in as [name]')
    .replace(/\b[0-9a-f]{4}(?:[0-9a-f:-]{12,})\b/gi, '[id]')
    .replace(/\b(?:ID|user) \d+\b/g, '[id]');
}
