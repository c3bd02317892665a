/** Ids that fit where they go: the same id always becomes the same other one, and two never become one. */

/** Two 32-bit FNV-1a variants side by side. Not for secrets: only to tell ids apart, the same on every machine. */
export function shortHash(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code ^ (b >>> 13), 0x5bd1e995);
  }
  return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0');
}

const plain = /^[A-Za-z0-9_-]+$/;

/**
 * A tool call's id where at most `maxLength` letters, digits, `_` and `-` are taken (Chat 40, Responses 64, Messages 64):
 * itself if it fits, else its beginning and its hash.
 */
export function fitCallId(id: string, maxLength: number): string {
  if (id.length <= maxLength && plain.test(id)) return id;
  const hash = shortHash(id);
  const head = id.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, maxLength - hash.length - 1);
  return `${head}_${hash}`;
}
