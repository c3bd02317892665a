/** The diary of a day, for people: what happened when, what each tool saw of it, and what it came to. */
import { minuteMs, morningMs } from './day-clock.ts';
import type { Day } from './live-a-day.ts';
import type { TurnEnd } from './patient-tool.ts';
import { dayTools, type DayTool } from './tools-of-the-day.ts';

/** In Markdown, which a terminal shows as well. */
export function diaryOf(day: Day): string {
  const acts = actsOf(day);
  return [
    `${day.ends.length} turns of ${dayTools.length} tools. **Times that a person had to act before the budget stopped: ${acts.length}.**`,
    table(['time', 'what happened', 'what the tools saw until the next line'], timeline(day)),
    'What each tool saw over the day, and what it made of it:',
    table(
      ['tool', 'model', 'turns', 'tried again by itself', 'most tries', 'it saw', 'shown to a person'],
      byTool(day),
    ),
    'What the budget said at the end, to each tool in the shape that it knows, and once to each:',
    `> ${wordsOf(day.refused[0]?.shown ?? '')}`,
    table(['figure', ''], figuresOf(day)),
  ].join('\n\n');
}

/** Turns that a person would have had to begin again. */
export function actsOf({ ends }: Day): readonly TurnEnd[] {
  return ends.filter(({ shown, tool }) => shown !== null && tool.isUnasked !== true);
}

function timeline({ events, ends }: Day): string[][] {
  return events.map(({ at, what }, index) => {
    const untilMs = events[index + 1]?.at ?? Infinity;
    const turns = ends.filter((end) => end.at >= at && end.at < untilMs);
    return [timeOf(at), what, turns.length === 0 ? '' : seenIn(turns)];
  });
}

function seenIn(turns: readonly TurnEnd[]): string {
  const again = turns.filter(({ failed }) => failed.length > 0);
  const missed = turns.filter(({ shown }) => shown !== null).length;
  const whole = turns.length - missed;
  const parts = [`${whole} answers`];
  if (again.length > 0)
    parts.push(`${again.length} of them after trying again (${countsOf(again.map((end) => end.tool.name))})`);
  if (missed > 0) parts.push(`proposals of the editor that never came: ${missed}`);
  return parts.join(', ');
}

function byTool(day: Day): string[][] {
  return dayTools.map((tool) => {
    const turns = day.ends.filter((end) => end.tool === tool);
    const seen = turns.flatMap(({ failed, shown }) => [...failed, ...(shown === null ? [] : [shown])]).map(wordsOf);
    const again = turns.filter(({ failed }) => failed.length > 0).length;
    const most = `${Math.max(...turns.map(({ tries }) => tries))} of ${tool.patience.waitsMs.length + 1}`;
    return [tool.name, tool.model, String(turns.length), String(again), most, countsOf(seen), shownBy(tool, turns)];
  });
}

function shownBy(tool: DayTool, turns: readonly TurnEnd[]): string {
  if (tool.isUnasked === true) return 'nothing: what fails is not proposed';
  const shown = turns.flatMap((end) => (end.shown === null ? [] : [wordsOf(end.shown)]));
  return shown.length === 0 ? 'nothing' : countsOf(shown);
}

function figuresOf({ audits, figures, refused, started, budget }: Day): string[][] {
  const last = audits.at(-1);
  const credits = (nanoAiu = 0) => (nanoAiu / 1e9).toFixed(4);
  const stops = refused.map(({ at }) => timeOf(at));
  return [
    ['billed by GitHub (the simulator), in credits', credits(last?.billedNanoAiu)],
    ['in the ledger as GitHub reported it', credits(last?.reportedNanoAiu)],
    ['in the ledger as an estimate, of answers that broke off before their bill came', credits(last?.estimatedNanoAiu)],
    ['the budget, in credits', String(budget.nanoAiu / 1e9)],
    ['the budget stopped the tools between', `${stops[0] ?? ''} and ${stops.at(-1) ?? ''}`],
    ['tokens fetched', String(figures.tokens)],
    ['calls that failed in the bad hour', String(figures.failedCalls)],
    ['connections that died', String(figures.brokenConnections)],
    ['rules of GitHub that were broken', String(started.simulator.breaches.length)],
    ['warned of', [...new Set(started.complaints)].map((line) => line.split('. ')[0]).join('; ')],
  ];
}

/** A refusal's own words, whichever protocol dressed it. */
function wordsOf(shown: string): string {
  if (/^broken off|broke off its answer/.test(shown)) return 'an answer that broke off';
  if (shown.startsWith('Error: closed')) return 'a WebSocket that was closed';
  const status = /^\d{3}/.exec(shown)?.[0] ?? '';
  const said = /"(?:message|error)":"((?:[^"\\]|\\.)*)"/.exec(shown)?.[1]?.replaceAll('\\"', '"');
  return (said === undefined ? shown : `${status} ${said}`).replaceAll(/127\.0\.0\.1:\d+/g, 'GitHub');
}

/** `a, b (3)`, the most frequent first. */
function countsOf(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => (count === 1 ? name : `${name} (${count})`))
    .join(', ');
}

/** What a clock on the wall shows. */
function timeOf(atMs: number): string {
  const minutes = Math.floor((atMs - morningMs) / minuteMs) + 9 * 60;
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
