/** Takes the caller's own words out of an error message that is kept: an upstream may quote the prompt it refuses. */

/** Shorter runs are in every prompt by chance, and say nothing about it. */
const shortestEcho = 12;
/** A body beyond is not searched word by word: nobody needs the detail so much that the event loop should wait. */
const maxSearchedBytes = 4 * 1024 * 1024;
/** What stands in a kept message for words that may be the caller's. */
export const echo = '[…]';

/**
 * `message` with every run of words that also stands in the request body replaced by `[…]`. What names a field, a
 * model or a tool stays: it is what the message is about. The caller gets the whole message, log and ledger this one.
 */
export function withoutEchoes(message: string, body: Buffer): string {
  if (message.length < shortestEcho || body.length === 0) return message;
  const words = [...message.matchAll(/[^\s"'`“”‘’]+/g)];
  let kept = '';
  let done = 0;
  for (let first = 0; first < words.length; first += 1) {
    const start = words[first]?.index ?? 0;
    let end = start;
    let last = first;
    for (let next = first; next < words.length; next += 1) {
      const word = words[next];
      const reach = (word?.index ?? 0) + (word?.[0].length ?? 0);
      if (!stands(message.slice(start, reach), body)) break;
      end = reach;
      last = next;
    }
    const run = message.slice(start, end);
    if (run.length < shortestEcho || isName(run, body)) continue;
    kept += message.slice(done, start) + echo;
    done = end;
    first = last;
  }
  return kept + message.slice(done);
}

/** Full stops and the like are the message's own, at the end of what it quotes. */
function stands(run: string, body: Buffer): boolean {
  if (body.length > maxSearchedBytes) return true;
  return body.includes(run) || body.includes(run.replace(/[.,;:!?)\]}]+$/, ''));
}

function isName(run: string, body: Buffer): boolean {
  const name = run.replace(/[.,;:!?)]+$/, '');
  if (body.length > maxSearchedBytes || !/^[\w./:-]{1,128}$/.test(name)) return false;
  const text = body.includes(`"${name}"`) ? body.toString('latin1') : '';
  const quoted = `"${name.replaceAll('.', String.raw`\.`)}"`;
  return new RegExp(`${quoted}\\s*:|"(?:model|name)"\\s*:\\s*${quoted}`).test(text);
}
