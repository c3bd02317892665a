/** The owner's word, typed into the terminal in which the proxy runs. */
import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';
import type { WaitingCall } from '../canonical/approval.ts';
import type { Approvals } from '../limits/approval-desk.ts';
import { howToAnswer, parseAnswer, waitingLine } from './approval-lines.ts';
import type { CliContext } from './cli-context.ts';

/** Asks on a terminal only; what is returned ends it. */
export function approveInTerminal(
  { stdin, stdout, isTty }: Pick<CliContext, 'stdin' | 'stdout' | 'isTty'>,
  approvals: Approvals,
): () => void {
  if (!isTty.stdin || !isTty.stdout) return () => undefined;
  const say = (text: string) => stdout.write(`${text}\n`);
  let lines: Interface | undefined;

  function hear(line: string) {
    const [oldest] = approvals.waiting();
    if (oldest === undefined || line.trim() === '') return;
    const parsed = parseAnswer(line);
    if (parsed === undefined) say(`    ${howToAnswer}; with several, add the number.`);
    else if (!approvals.answer(parsed.id ?? oldest.id, parsed.answer)) say(`    No call #${parsed.id} waits.`);
  }

  function stopReading() {
    lines?.close();
    lines = undefined;
  }

  function show(call: WaitingCall) {
    say(`\n  ? ${waitingLine(call)}\n    ${howToAnswer}:`);
    // Only while somebody waits: a program in the background is stopped when it reads its terminal.
    lines ??= createInterface({ input: stdin, terminal: false }).on('line', hear);
  }

  const unsubscribe = approvals.subscribe((news) => {
    if (news.type === 'waiting') return show(news.call);
    say(`    #${news.call.id} is ${news.outcome}.`);
    if (approvals.waiting().length === 0) stopReading();
  });
  // The door was open before the terminal was.
  for (const call of approvals.waiting()) show(call);
  return () => {
    unsubscribe();
    stopReading();
  };
}
