/** Takes secrets out of text that leaves for a log: by value where a secret is known, by pattern where it is not. */

export interface Redactor {
  /** Adds a secret by value, for as long as the redactor lives. Shorter than 8 characters is ignored: it would blank ordinary words. */
  add(secret: string): void;
  /** The same for one that is renewed again and again: only the latest of these are known. */
  addRenewed(secret: string): void;
  /** `text` without secrets, and with control and direction characters spelled out. Linear in the length of `text`. */
  redact(text: string): string;
}

export const redacted = '[redacted]';

const shortestSecret = 8;
/** Bearers are renewed for as long as the proxy runs: an old one opens nothing, and the set must not grow for ever. */
const maxRenewed = 32;
/** Log lines repeat themselves: field names, routes, models, clients. Measured: a third of a small request's CPU. */
const rememberedTexts = 512;
const longestRemembered = 128;

/**
 * Each pattern with what replaces it. All are linear: every unbounded run starts behind something that cannot occur
 * in the run itself, or is cut off by a bound, so that no hostile text makes them scan twice.
 */
const patterns: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // GitHub tokens; installation tokens of the newer form carry a JWT, hence the dots.
  [/gh[oprsu]_[A-Za-z0-9_.-]{6,}/g, redacted],
  [/github_pat_[A-Za-z0-9_]{6,}/g, redacted],
  // Copilot tokens: `tid=…;exp=…;sku=…:signature`.
  [/\btid=[^\s"'<>\\]{8,}/g, redacted],
  [/\bexp=\d{1,20};[^\s"'<>\\]*/g, redacted],
  // A scheme and a credential, told from prose ("bearer unavailable") by a digit or by its length.
  [/\b(bearer|basic)([ \t]{1,8})(?=[\w.~+/=;:-]{0,64}\d|[\w.~+/=;:-]{20})[\w.~+/=;:-]{6,}/gi, `$1$2${redacted}`],
  [
    /\b(authorization|x-api-key|x-goog-api-key|(?:set-)?cookie)(\\?["']?[ \t]{0,8}[:=][ \t]{0,8}\\?["']?)(?!\[redacted\]|(?:bearer|basic)[ \t])[^\s"',\\][^"',\\\r\n]*/gi,
    `$1$2${redacted}`,
  ],
  // Keys of model providers, and our own.
  [/(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{8,}/g, redacted],
  [/(?<![A-Za-z0-9])cf_[A-Za-z0-9_-]{8,}/g, redacted],
  [/(?<![\w-])eyJ[\w-]{10,}\.[\w-]{10,}(?:\.[\w-]*)?/g, redacted],
  // Fields of a JSON text, also of one quoted inside another.
  [
    /("(?:access_|refresh_|id_)?token|"api_?key|"password|"client_secret)(\\?"\s{0,8}:\s{0,8}\\?")[^"\\]+/gi,
    `$1$2${redacted}`,
  ],
  // The two places where a URL may hold a key (`?key=` of Gemini, `/k/<key>/`), its friends, and `user:password@`.
  [/([?&](?:key|api[_-]?key|(?:access_)?token|code)=)(?!\[redacted\])[^&\s"'#<>\\]+/gi, `$1${redacted}`],
  [/(\/k\/)(?!\[redacted\])[^/\s"'?#<>\\]{8,}/g, `$1${redacted}`],
  [/([a-z][a-z0-9+.-]{0,20}:\/\/)(?!\[redacted\]@)[^\s/"'<>\\]+@/gi, `$1${redacted}@`],
];

/** C0 and C1 controls, direction marks, line separators, zero-width characters: what forges or hides log lines. */
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** `text` on one line: each control or direction character as `\u{…}`. */
export function escapeControls(text: string): string {
  return text.replace(unprintable, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
}

/** The forms in which a value appears: as it is, in a URL, and inside a JSON text. */
function formsOf(secret: string): readonly string[] {
  if (secret.length < shortestSecret) return [];
  return [...new Set([secret, encodeURIComponent(secret.toWellFormed()), JSON.stringify(secret).slice(1, -1)])];
}

export function createRedactor(secrets: Iterable<string> = []): Redactor {
  const lasting = new Set<string>();
  /** Secret -> its forms. */
  const renewed = new Map<string, readonly string[]>();
  let values: readonly string[] = [];
  const remembered = new Map<string, string>();

  function add(secret: string): void {
    for (const form of formsOf(secret)) lasting.add(form);
    sort();
  }

  /** A secret that begins like a shorter one must go whole. */
  function sort(): void {
    values = [...lasting, ...[...renewed.values()].flat()].toSorted((a, b) => b.length - a.length);
    remembered.clear();
  }

  for (const secret of secrets) add(secret);

  function redactAnew(text: string): string {
    let clean = text;
    for (const value of values) if (value.length <= clean.length) clean = clean.replaceAll(value, redacted);
    for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
    return escapeControls(clean);
  }

  return {
    add,
    addRenewed(secret) {
      renewed.delete(secret);
      renewed.set(secret, formsOf(secret));
      for (const oldest of renewed.keys()) {
        if (renewed.size <= maxRenewed) break;
        renewed.delete(oldest);
      }
      sort();
    },
    redact(text) {
      if (text.length > longestRemembered) return redactAnew(text);
      let clean = remembered.get(text);
      if (clean === undefined) {
        clean = redactAnew(text);
        if (remembered.size >= rememberedTexts) remembered.clear();
        remembered.set(text, clean);
      }
      return clean;
    },
  };
}
