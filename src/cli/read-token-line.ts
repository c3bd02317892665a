/** A GitHub token from standard input: the way that shows it neither in arguments nor in the environment. */
import type { CliContext } from './cli-context.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';

const longestInputChars = 64 * 1024;

/** Throws `CliError` (configuration) for what is no token. */
export async function readTokenLine(context: Pick<CliContext, 'stdin' | 'stderr' | 'isTty'>): Promise<string> {
  if (context.isTty.stdin) context.stderr.write('Paste the GitHub token, then Return and Ctrl-D:\n');
  let text = '';
  for await (const chunk of context.stdin) {
    text += String(chunk);
    if (text.length > longestInputChars) break;
  }
  const token = text.replace(/^\uFEFF/, '').trim();
  if (/^[\x21-\x7e]{1,4096}$/.test(token)) return token;
  throw new CliError(
    exitCode.configuration,
    token === ''
      ? '--github-token-stdin: standard input is empty.'
      : '--github-token-stdin: standard input holds something that is no token (spaces, line breaks or letters beyond ASCII).',
  );
}
