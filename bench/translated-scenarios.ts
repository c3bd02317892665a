/** What the bench asks of translation: four pairs of protocols, five loads each, as data. */
import { bodyOf, noHistory, paths, question, type Speech } from './bodies.ts';
import type { Scenario, Sizes } from './scenarios.ts';
import type { SubjectName } from './subjects.ts';

interface Pair {
  readonly id: string;
  readonly title: string;
  readonly caller: Speech;
  /** What the model behind it speaks. */
  readonly upstream: Speech;
  /** Who else translates this pair. */
  readonly others: readonly SubjectName[];
}

const pairs: readonly Pair[] = [
  {
    id: 'messages-responses',
    title: 'Messages → /responses',
    caller: 'messages',
    upstream: 'responses',
    others: ['pair'],
  },
  {
    id: 'responses-messages',
    title: 'Responses → /v1/messages',
    caller: 'responses',
    upstream: 'messages',
    others: [],
  },
  { id: 'chat-messages', title: 'Chat → /v1/messages', caller: 'chat', upstream: 'messages', others: [] },
  {
    id: 'messages-chat',
    title: 'Messages → /chat/completions',
    caller: 'messages',
    upstream: 'chat',
    others: ['copilot-api', 'copilot-api-bun', 'claude-code-router'],
  },
];

/** Forty turns that make about 300 kB. */
const fortyTurns = { turns: 40, lines: 66, tools: 12 };
const oneTool = { ...noHistory, tools: 2 };

type Load = Pick<Scenario, 'title' | 'figure' | 'concurrency' | 'total' | 'hold'> & {
  readonly id: string;
  readonly content: string;
  readonly history: typeof noHistory;
};

function loadsOf(sizes: Sizes): readonly Load[] {
  const request = { figure: 'us-per-request', hold: false } as const;
  const events = { figure: 's-per-million-events', hold: false, concurrency: 16, total: sizes.burstStreams } as const;
  const lone = Math.round(sizes.heldStreams / 2);
  return [
    {
      id: 'small',
      title: 'small request, c=16',
      ...request,
      concurrency: 16,
      total: sizes.smallRequests / 4,
      content: question(4, 0),
      history: noHistory,
    },
    {
      id: 'large',
      title: '300 kB, 40 turns',
      ...request,
      concurrency: 1,
      total: sizes.largeRequests,
      content: question(4, 0),
      history: fortyTurns,
    },
    { id: 'text', title: 'text burst', ...events, content: question(2000, 0), history: noHistory },
    { id: 'call', title: 'tool argument burst', ...events, content: question(2000, 0, 'call'), history: oneTool },
    {
      id: 'lone',
      title: `lone chunks, ${lone} streams × 10/s`,
      figure: 's-per-million-events',
      hold: true,
      concurrency: lone,
      total: sizes.heldMs / 2,
      content: question(1e5, 100),
      history: noHistory,
    },
  ];
}

export function translatedScenarios(sizes: Sizes): readonly Scenario[] {
  return pairs.flatMap(({ id, title, caller, upstream, others }) =>
    loadsOf(sizes).map(({ content, history, ...load }): Scenario => {
      const ask = (speech: Speech) => ({
        path: paths[speech],
        body: bodyOf(speech, `bench-${upstream}`, content, history),
      });
      return {
        ...load,
        id: `${id}-${load.id}`,
        title: `${title}: ${load.title}`,
        ...ask(caller),
        warmUp: bodyOf(caller, `bench-${upstream}`, question(2000, 0)),
        lane: 'translated',
        subjects: ['same', ...others, 'crossfeed'],
        same: ask(upstream),
      };
    }),
  );
}
