/** Tells lines that add to an answer from those that only keep its connection open: blank ones, comments, pings. */

/** No idle line is longer, but for comments. */
const longestIdle = 64;

/** Answers for each chunk, in order, whether it adds anything. Lines may be cut anywhere. */
export function createIdleLines(): (chunk: Buffer) => boolean {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk.toString('latin1')).split(/[\r\n]/);
    const open = lines.pop() ?? '';
    rest = open.slice(0, longestIdle + 1);
    return lines.some((line) => !isIdle(line)) || (open.length > longestIdle && !isIdle(open));
  };
}

function isIdle(line: string): boolean {
  return /^(?:\s*$|:)/.test(line) || /^(?:event:\s*ping|data:\s*\{\s*"type":\s*"ping"\s*\})\s*$/.test(line);
}
