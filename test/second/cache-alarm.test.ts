/** The alarm for lost prompt caches on made-up sessions: who breaks the cache is named, and who does not is left alone. */
import { expect, test } from 'vitest';
import { countTokens } from '../../src/simulator/billing.ts';
import { createCacheWorld, modelOf, turnName, wires, type Said, type Talk, type Wire } from '../support/cache-world.ts';

const seed = Number(process.env['CROSSFEED_SEED'] ?? 20_261_122);
const sessions = Number(process.env['CROSSFEED_SESSIONS'] ?? 80);
const turnsEach = 30;
const minuteMs = 60_000;

/** Small, seeded, and good enough to make up sessions (mulberry32). */
function randomOf(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Break {
  readonly talk: Talk;
  /** The beginning of the name of the first block that differs. */
  readonly block: string;
  /** What stands behind it and is billed again, in tokens. */
  readonly behind: number;
}

function createAuthor(random: () => number, wire: Wire) {
  const int = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const words = (bytes: number) => {
    let text = '';
    while (text.length < bytes) text += `${int(0, 99_999).toString(36)} `;
    return text.trimEnd();
  };
  const replaced = <T>(list: readonly T[], at: number, value: T) =>
    list.map((one, index) => (index === at ? value : one));
  const tokensBehind = (turns: readonly Said[], from: number) =>
    countTokens(
      turns
        .slice(from)
        .map(({ texts }) => texts.join(''))
        .join(''),
    );

  const user = (most = 3_000): Said => ({
    role: 'user',
    texts: Array.from({ length: int(1, 2) }, () => words(int(20, most))),
    ...(random() < 0.15 ? { image: words(4_000).replaceAll(' ', 'A') } : {}),
  });
  const tool = (at: number) => ({ name: `tool_${at}`, description: words(int(100, 900)) });
  const dated = (day: number, rules: string) => `Today is 2026-11-${day}. ${rules}`;

  function opening(): Talk {
    return {
      tools: Array.from({ length: int(3, 20) }, (_, at) => tool(at)),
      system: [words(int(200, 2_000)), dated(int(10, 19), words(int(1_000, 12_000)))],
      turns: [user()],
    };
  }

  /** The answer to the last turn, with calls of tools before it, and the next question. */
  function next({ turns, ...head }: Talk): Talk {
    const more: Said[] = [];
    for (let calls = int(0, 3); calls > 0; calls -= 1)
      more.push({ role: 'call', texts: [words(30)] }, { role: 'result', texts: [words(int(50, 4_000))] });
    more.push({ role: 'assistant', texts: [words(int(50, 2_000))] }, user());
    return { ...head, turns: [...turns, ...more] };
  }

  const systemAt = (at: number) => (wire === '/v1/messages' ? `system block ${at}` : 'system block 0');

  /** `before` is what went up last; the break comes with the next turn, as in life. */
  function breakOf(before: Talk): Break {
    const talk = next(before);
    const { tools, system, turns } = talk;
    const said = tokensBehind(before.turns, 0);
    switch (int(0, 6)) {
      case 0: {
        const at = int(0, tools.length - 2);
        const [one, two] = [tools[at]!, tools[at + 1]!];
        return {
          talk: { ...talk, tools: replaced(replaced(tools, at, two), at + 1, one) },
          block: `tool ${at} (${two.name})`,
          behind: said,
        };
      }
      case 1: {
        const at = int(0, tools.length - 1);
        const changed = { ...tools[at]!, description: words(int(100, 900)) };
        return { talk: { ...talk, tools: replaced(tools, at, changed) }, block: `tool ${at} (`, behind: said };
      }
      case 2: {
        const at = int(0, tools.length - 1);
        const added = { name: `server_${int(0, 9_999)}`, description: words(300) };
        return {
          talk: { ...talk, tools: tools.toSpliced(at, 0, added) },
          block: `tool ${at} (${added.name})`,
          behind: said,
        };
      }
      case 3: {
        const at = int(0, tools.length - 2);
        return {
          talk: { ...talk, tools: tools.toSpliced(at, 1) },
          block: `tool ${at} (${tools[at]!.name})`,
          behind: tools.length < 3 ? 0 : said,
        };
      }
      case 4: {
        const changed = system[1]!.replace(/2026-11-(\d\d)/, (_all, day) => `2026-11-${Number(day) + 1}`);
        return { talk: { ...talk, system: replaced(system, 1, changed) }, block: systemAt(1), behind: said };
      }
      case 5: {
        const at = int(0, Math.max(0, before.turns.length - 2));
        const { texts } = turns[at]!;
        const changed = { ...turns[at]!, texts: replaced(texts, 0, `${texts[0]} ${words(40)}`) };
        return {
          talk: { ...talk, turns: replaced(turns, at, changed) },
          block: turnName(wire, talk, at),
          behind: tokensBehind(before.turns, at + 1),
        };
      }
      default: {
        const at = before.turns.findIndex(({ image }) => image !== undefined);
        if (at < 0) return { talk, block: '', behind: 0 };
        const changed = { ...turns[at]!, image: words(5_000).replaceAll(' ', 'B') };
        return {
          talk: { ...talk, turns: replaced(turns, at, changed) },
          block: turnName(wire, talk, at),
          behind: tokensBehind(before.turns, at + 1),
        };
      }
    }
  }

  return { int, words, opening, next, breakOf, user };
}

function sumOf(row: Readonly<Record<string, number>>): number {
  return Object.values(row).reduce((sum, count) => sum + count, 0);
}

test.each(wires)('breaks are named and nothing else is an alarm: %s', (wire) => {
  const random = randomOf(seed);
  let injected = 0;
  let quiet = 0;
  const missed: string[] = [];
  const falseAlarms: string[] = [];
  const causes: Record<string, Record<string, number>> = {};

  for (let session = 0; session < sessions; session += 1) {
    const author = createAuthor(random, wire);
    const world = createCacheWorld(wire);
    let talk = author.opening();
    let agent: Talk | undefined;
    let misses = 0;
    let mainMs = world.clock.monotonic();
    const other = modelOf(wire, 'm-two');
    const count = (what: string, finding: ReturnType<typeof world.call>) => {
      const row = (causes[what] ??= {});
      row[finding?.cause ?? 'none'] = (row[finding?.cause ?? 'none'] ?? 0) + 1;
    };
    const benign = (what: string, finding: ReturnType<typeof world.call>) => {
      quiet += 1;
      count(what, finding);
      if (finding?.alarm) falseAlarms.push(`${wire} ${session}: ${what} is ${finding.cause} ${finding.block}`);
    };
    benign('opening', world.call(talk));
    for (let turn = 1; turn < turnsEach; turn += 1) {
      world.clock.advance(author.int(1, 4 * 60) * 1_000);
      const dice = random();
      // A conversation that waits for a sub-agent may be forgotten meanwhile.
      const isWarm = world.clock.monotonic() - mainMs < 5 * minuteMs;
      if (dice < 0.12 || dice >= 0.23) mainMs = world.clock.monotonic();
      if (dice < 0.12) {
        const made = author.breakOf(talk);
        const enough = isWarm && made.behind >= 1_500 && made.behind >= countTokens(JSON.stringify(made.talk)) * 0.15;
        const finding = world.call(enough ? made.talk : author.next(talk));
        talk = enough ? made.talk : author.next(talk);
        if (!enough) {
          // That turn went up, and another one stands in its place now: as new a conversation as any.
          world.call(talk);
          continue;
        }
        injected += 1;
        count('break', finding);
        if (finding?.cause !== 'changed' || finding.block?.startsWith(made.block) !== true)
          missed.push(
            `${wire} ${session}/${turn}: ${made.block} (${made.behind}) is ${finding?.cause} ${finding?.block}`,
          );
        continue;
      }
      if (dice < 0.2) {
        // A sub-agent, or a title, under the session's own marker.
        const { tools, turns } = talk;
        agent =
          agent !== undefined && random() < 0.6
            ? author.next(agent)
            : {
                tools: random() < 0.5 ? tools : [],
                system: random() < 0.3 ? talk.system : [author.words(3_000)],
                turns: [random() < 0.3 ? turns[0]! : { role: 'user', texts: [turns[0]!.texts[0]!, author.words(800)] }],
              };
        if (agent.turns[0] === turns[0] && agent.system === talk.system && agent.tools === tools) agent = undefined;
        else benign('sub-agent', world.call(agent));
        continue;
      }
      if (dice < 0.23) {
        benign('another model', world.call((talk = author.next(talk)), { model: other }));
        continue;
      }
      if (dice < 0.26) {
        world.clock.advance(author.int(6, 90) * minuteMs);
        mainMs = world.clock.monotonic();
        // What changes while nobody is there would have been lost anyway.
        const changed = random() < 0.5 ? author.breakOf(talk).talk : author.next(talk);
        benign('idle', world.call((talk = changed)));
        continue;
      }
      if (dice < 0.28) {
        const summary: Said = { role: 'user', texts: [author.words(3_000)] };
        benign('summary', world.call(author.next(talk), { declared: 'conversation-compaction' }));
        talk = { ...talk, turns: [summary] };
        benign('compaction', world.call(talk));
        continue;
      }
      if (dice < 0.3 && talk.turns.length > 4) {
        // The user goes back, and says something else.
        const kept = author.int(1, Math.floor(talk.turns.length / 2)) * 2 - 1;
        const at = talk.turns.slice(0, kept).findLastIndex(({ role }) => role === 'user');
        talk = { ...talk, turns: [...talk.turns.slice(0, at), author.user()] };
        benign('rewind', world.call(talk));
        continue;
      }
      if (dice < 0.31 && misses < 2) {
        misses += 1;
        benign('backend', world.call((talk = author.next(talk)), { isLost: true }));
        continue;
      }
      if (dice < 0.34) {
        benign('retry', world.call(talk));
        continue;
      }
      benign('turn', world.call((talk = author.next(talk))));
    }
  }

  // What is no alarm has its cause all the same.
  const shareOf = (what: string, cause: string) => (causes[what]?.[cause] ?? 0) / sumOf(causes[what] ?? {});
  expect(shareOf('turn', 'none')).toBeGreaterThan(0.99);
  expect(shareOf('idle', 'cold')).toBeGreaterThan(0.9);
  expect(shareOf('backend', 'backend')).toBeGreaterThan(0.9);
  expect(shareOf('compaction', 'compaction')).toBeGreaterThan(0.8);
  expect(shareOf('another model', 'model-switch')).toBeGreaterThan(0.5);
  expect(injected).toBeGreaterThan(sessions / 2);
  expect(missed.length, missed.slice(0, 10).join('\n')).toBeLessThanOrEqual(injected / 100);
  expect(falseAlarms.length, falseAlarms.slice(0, 10).join('\n')).toBeLessThanOrEqual(quiet / 100);
});
