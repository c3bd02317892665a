/** Writes the answers: deterministic, and about the prompt, so that a person sees it was read. */
import { countTokens } from './billing.ts';
import { nextStep } from './coding-agent.ts';
import type { Ask, OfferedTool, Piece, Reply } from './conversation.ts';
import { parseJson } from './json-value.ts';
import type { Markers } from './markers.ts';
import { withoutMarkers } from './markers.ts';
import { humanTexts, resultsAfter } from './plain-prompt.ts';
import { exampleOf } from './schema-example.ts';
import { asksToSearch, citedResults, clientSearch, hostedSearch, markedQueries } from './web-search.ts';

export function writeReply(ask: Ask, markers: Markers): Reply {
  if (markers.refuses) return { pieces: [], ending: 'filtered' };
  const prompt = withoutMarkers(humanTexts(ask.turns)[0]?.text ?? '');
  const answer = markers.words === undefined ? answerPieces(ask, markers, prompt) : [longText(markers.words)];
  const thinks = ask.thinks || markers.thinks;
  const pieces: Piece[] = thinks ? [{ kind: 'thinking', text: thoughtsAbout(prompt, answer) }, ...answer] : answer;
  return ended(pieces, ask);
}

function answerPieces(ask: Ask, markers: Markers, prompt: string): Piece[] {
  const last = humanTexts(ask.turns)[0];
  const results = last === undefined ? ask.turns.filter((t) => t.role === 'tool') : resultsAfter(ask.turns, last.index);
  const tools = ask.choice.kind === 'none' ? [] : ask.tools;
  if (results.length === 0) {
    const marked = markers.calls.map((call) => ({ tool: tools.find((t) => t.name === call.name), input: call.input }));
    const calls = marked.flatMap(({ tool, input }): Piece[] => (tool ? [{ kind: 'call', tool, input }] : []));
    if (calls.length > 0) return ask.parallel ? calls : calls.slice(0, 1);
  }
  const step = nextStep({ ...ask, tools });
  const searched = results.length === 0 ? searchFirst(ask, markers, prompt, step === undefined) : undefined;
  if (searched !== undefined) return [...searched];
  if (ask.choice.kind === 'any' || ask.choice.kind === 'named') {
    const forced = forcedCall(ask, step, prompt);
    if (forced !== undefined) return [forced];
  }
  if (step !== undefined) return [...step];
  if (ask.schema !== undefined) return [{ kind: 'text', text: jsonAnswer(ask.schema, prompt) }];
  const result = results.at(-1);
  if (result !== undefined) {
    const texts = results.map((turn) => turn.text);
    return [{ kind: 'text', text: citedResults(prompt, texts) ?? afterResult(texts) }];
  }
  const search = clientSearch(tools, prompt);
  if (search !== undefined) return [search];
  const named = namedCalls(tools, prompt);
  if (named.length > 0) return ask.parallel ? named : named.slice(0, 1);
  return [{ kind: 'text', text: chore(ask, prompt) ?? plainAnswer(prompt) }];
}

/** By the vendor's own search, where it is offered and asked for; what a schema wants comes after it. */
function searchFirst(ask: Ask, markers: Markers, prompt: string, isFree: boolean): readonly Piece[] | undefined {
  const { search, schema } = ask;
  if (search === undefined) return undefined;
  const marked = markedQueries(markers.calls);
  if (marked.length === 0 && !search.isForced && !(isFree && asksToSearch(prompt))) return undefined;
  const pieces = hostedSearch(search, prompt, marked);
  if (schema === undefined) return pieces;
  const json: Piece = { kind: 'text', text: jsonAnswer(schema, prompt) };
  return [...pieces.filter(({ kind }) => kind === 'search'), json];
}

function forcedCall(ask: Ask, step: readonly Piece[] | undefined, prompt: string): Piece | undefined {
  const { choice } = ask;
  const fits = (tool: OfferedTool) => choice.kind !== 'named' || tool.name === choice.name;
  const planned = step?.find((piece) => piece.kind === 'call');
  if (planned !== undefined && fits(planned.tool)) return planned;
  const tool = ask.tools.find(fits);
  return tool === undefined ? undefined : exampleCall(tool, prompt);
}

/** Without force, a tool is called when the prompt speaks of it: "weather" calls `get_weather`. */
function namedCalls(tools: readonly OfferedTool[], prompt: string): Piece[] {
  const words = new Set(prompt.toLowerCase().match(/[a-z0-9_-]{3,}/g) ?? []);
  // A coding tool brings a dozen tools with everyday words for names: there only the exact name counts.
  const isFew = tools.length <= 4;
  return tools
    .filter((tool) => {
      if (words.has(tool.name.toLowerCase()) && /[_-]|[a-z][A-Z]/.test(tool.name)) return true;
      const parts = tool.name
        .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
        .toLowerCase()
        .split(/[_-]/);
      return isFew && parts.some((part) => part.length >= 4 && words.has(part));
    })
    .map((tool) => exampleCall(tool, prompt));
}

function exampleCall(tool: OfferedTool, prompt: string): Piece {
  if (tool.form === 'custom') return { kind: 'call', tool, input: prompt };
  if (tool.form === 'local-shell') return { kind: 'call', tool, input: '{"command":["true"]}' };
  // "… in Paris" and "… for São Paulo": what a place or a query parameter most likely wants.
  const subject = /\b(?:in|for|of|about|at)\s+(\p{Lu}[\p{L}-]*(?:\s\p{Lu}[\p{L}-]*)*)/u.exec(prompt)?.[1];
  return { kind: 'call', tool, input: JSON.stringify(exampleOf(tool.schema, subject ?? firstWords(prompt, 6))) };
}

/** Titles and topic questions that coding tools ask beside the real work. */
function chore(ask: Ask, prompt: string): string | undefined {
  const orders = ask.turns.filter((turn) => turn.role !== 'assistant').map((turn) => turn.text);
  const order = orders.find((text) => /\btitle\b|\btopic\b/i.test(text));
  if (order === undefined || ask.tools.length > 0) return undefined;
  const title = firstWords(prompt.replaceAll(/<[^>]+>/g, ' '), 6) || 'New conversation';
  if (!/\bJSON\b/i.test(order)) return title;
  return JSON.stringify(/isNewTopic/.test(order) ? { isNewTopic: true, title } : { title });
}

function jsonAnswer(schema: unknown, prompt: string): string {
  const isAny = typeof schema === 'object' && schema !== null && Object.keys(schema).length === 0;
  const title = firstWords(prompt, 6);
  return JSON.stringify(isAny ? { answer: plainAnswer(prompt) } : exampleOf(schema, title, { title }));
}

function plainAnswer(prompt: string): string {
  const words = prompt.split(/\s+/).filter(Boolean).length;
  const asked = prompt === '' ? 'nothing' : `“${shortened(prompt, 160)}”`;
  return (
    `You asked: ${asked} This answer comes from the simulated Copilot — nothing left this machine. ` +
    `Your prompt has ${words} ${words === 1 ? 'word' : 'words'}; the same prompt always gets the same answer.`
  );
}

function afterResult(results: readonly string[]): string {
  const what = results.map((text) =>
    shortened(typeof parseJson(text) === 'string' ? String(parseJson(text)) : text, 120),
  );
  return `The tool answered: ${what.join(' | ')}. That is all I needed.`;
}

function thoughtsAbout(prompt: string, answer: readonly Piece[]): string {
  const call = answer.find((piece) => piece.kind === 'call');
  const plan = call === undefined ? 'I can answer directly.' : `The tool ${call.tool.name} will do.`;
  return `The user wants: ${shortened(prompt, 100)}. ${plan}`;
}

function longText(words: number): Piece {
  const count = Math.min(Math.max(1, Math.floor(words)), 5_000_000);
  return { kind: 'text', text: Array.from({ length: count }, (_, index) => `word${index + 1}`).join(' ') };
}

/** Applies stop sequences and the token limit, which may cut the answer short. */
function ended(pieces: readonly Piece[], ask: Ask): Reply {
  const kept: Piece[] = [];
  let left = ask.maxOutputTokens ?? Number.POSITIVE_INFINITY;
  for (const piece of pieces) {
    if (piece.kind === 'search') {
      kept.push(piece);
      continue;
    }
    const text = piece.kind === 'call' ? piece.input : piece.text;
    const stop = piece.kind === 'text' ? ask.stops.find((sequence) => text.includes(sequence)) : undefined;
    const whole = stop === undefined ? text : text.slice(0, text.indexOf(stop));
    if (countTokens(whole) > left) {
      const cut = Buffer.from(whole, 'utf8')
        .subarray(0, left * 4)
        .toString('utf8')
        .replace(/\uFFFD$/, '');
      if (cut !== '') kept.push(piece.kind === 'call' ? { ...piece, input: cut } : { ...piece, text: cut });
      return { pieces: kept, ending: 'length' };
    }
    left -= countTokens(whole);
    if (stop !== undefined && piece.kind === 'text')
      return { pieces: [...kept, { kind: 'text', text: whole }], ending: 'stop-sequence', stoppedBy: stop };
    kept.push(piece);
  }
  return { pieces: kept, ending: kept.some((piece) => piece.kind === 'call') ? 'calls' : 'stop' };
}

function firstWords(text: string, count: number): string {
  return text.split(/\s+/).filter(Boolean).slice(0, count).join(' ').slice(0, 60);
}

/** One line, cut on a code point. */
function shortened(text: string, length: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const points = Array.from(line);
  return points.length <= length ? line : `${points.slice(0, length - 1).join('')}…`;
}
