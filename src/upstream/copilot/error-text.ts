/** Upstream words made fit for a caller: no control characters, secrets, markup, paths or stacks, a bounded length. */

const longestMessage = 300;
/** More than any message needs; the rules below see no more, so that hostile text costs nothing. */
const longestInput = 4096;

/** `gho_…`, Copilot tokens (`tid=…;exp=…`), bearer values, keys of providers and JWTs: an upstream may quote them. */
const secrets =
  /\b(?:gh[a-z]_[A-Za-z0-9_]{4,}|github_pat_\w{4,}|tid=[^\s"']+|sk-[A-Za-z0-9_-]{8,}|eyJ[A-Za-z0-9_.-]{16,})|\bbearer\s+[^\s"',;]{8,}/gi;

/** The phrase on which Claude Code compacts a conversation: it must survive any cut. */
const overflowPhrase = /prompt is too long: \d+ tokens > \d+ maximum/;

const stackLine = /\s+at (?:[\w.<>$ ]+ \()?(?:file:|node:|[A-Za-z]:\\|\/)[^\s)]*/;
const absolutePath =
  /(?:^|[\s"'(])(?:\/(?:home|usr|var|opt|srv|root|app|etc|tmp|Users|private)\/|[A-Za-z]:\\)[^\s"')]*/g;

/** What may be shown of `text`; empty where nothing may. */
export function presentable(text: string): string {
  const raw = text.slice(0, longestInput);
  const phrase = overflowPhrase.exec(raw)?.[0];
  const [beforeStack = ''] = raw.split(stackLine, 1);
  const clean = beforeStack
    // Control characters, and the marks that reorder or hide text in a terminal.
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g, ' ')
    .replace(secrets, '[secret]')
    .replace(absolutePath, ' [path]')
    .replace(/ {2,}/g, ' ')
    .trim();
  if (/<\/?(?:html|head|body|title|div|center|script|h[1-6])\b/i.test(clean)) return '';
  const cut = shorten(clean);
  return phrase === undefined || cut.includes(phrase) ? cut : shorten(`${phrase}. ${clean}`);
}

function shorten(text: string): string {
  if (text.length <= longestMessage) return text;
  // Half of a surrogate pair is not UTF-8.
  return `${text.slice(0, longestMessage - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
