/** What the simulator must have seen of a task, and what it must not have. */
import type { RecordedRequest, Simulator } from '../../src/simulator/index.ts';
import type { ClientCase } from './client-case.ts';
import type { ClientTask } from './tasks.ts';

export function upstreamComplaints(
  task: ClientTask,
  { compaction, mended = [] }: ClientCase,
  simulator: Simulator,
): string[] {
  const requests = simulator.requests.filter(({ json }) => json !== undefined && json !== null);
  return [
    ...(task.id === 'compact' ? compactionComplaints(compaction, requests) : []),
    ...(task.upstream === undefined ? [] : sights[task.upstream](requests)),
    ...(task.refusal === undefined || simulator.requests.some(({ status }) => status === task.refusal?.status)
      ? []
      : [`nothing was refused with ${task.refusal.status}`]),
    ...unmended(mended, simulator),
    // A limit that is gone has to leave the page.
    ...mended
      .filter((name) => !simulator.breaches.some(({ rule }) => rule === name))
      .map((name) => `it no longer breaks ${name}`),
    ...breachComplaints(simulator.breaches.filter(({ rule }) => !mended.includes(rule))),
    ...(simulator.openStreams === 0 ? [] : [`${simulator.openStreams} upstream streams are still open`]),
  ];
}

/** One of each rule: a client that goes round in a circle breaks one hundreds of times. */
function breachComplaints(breaches: Simulator['breaches']): string[] {
  return [...Map.groupBy(breaches, ({ rule }) => rule)].map(
    ([, all]) => `${all.length} times a breach: ${JSON.stringify(all[0])}`,
  );
}

/** A body that breaks a mended rule goes up once, and an answer is had in its place: the person notices nothing. */
function unmended(mended: readonly string[], { breaches, requests }: Simulator): string[] {
  const broken = new Set(breaches.filter(({ rule }) => mended.includes(rule)).map(({ request }) => request));
  const seals = new Set<string>();
  return requests.flatMap(({ number, json, path }, index) => {
    if (!broken.has(number)) return [];
    const later = requests.slice(index + 1).find((request) => request.path === path && request.json !== undefined);
    const again = sealsIn(json).filter((seal) => seals.has(seal));
    for (const seal of sealsIn(json)) seals.add(seal);
    return [
      ...(later?.status === 200 ? [] : [`request ${number} was refused and not mended`]),
      ...(again.length === 0 ? [] : [`request ${number} was refused for a thought that was refused before`]),
    ];
  });
}

const sealsIn = (json: unknown) => JSON.stringify(json).match(new RegExp(seal, 'g')) ?? [];

type Sight = (requests: readonly RecordedRequest[]) => string[];

const sights: Readonly<Record<NonNullable<ClientTask['upstream']>, Sight>> = {
  'two results at once': (requests) => {
    const counts = new Set(requests.map(({ json }) => resultsIn(json)));
    return counts.has(2) && !counts.has(1) ? [] : [`results came up as ${[...counts].join(', ')}, not as 0, 2`];
  },
  'sealed thoughts': (requests) =>
    requests.some(({ json }) => seal.test(JSON.stringify(json))) ? [] : ['no sealed thoughts came back'],
  'an image': (requests) =>
    requests.some(({ headers }) => headers['copilot-vision-request'] === 'true') ? [] : ['no image came up'],
};

/** Tool results in a body, in the words of any endpoint. */
function resultsIn(json: unknown): number {
  return [
    ...JSON.stringify(json).matchAll(
      /"type":"tool_result"|"role":"tool"|"type":"(?:function|custom_tool)_call_output"/g,
    ),
  ].length;
}

const seal = /"(?:signature|encrypted_content|reasoning_opaque)":"[^"]{16,}"|"type":"redacted_thinking"/;

function compactionComplaints(compaction: ClientCase['compaction'], requests: readonly RecordedRequest[]): string[] {
  const declared = requests.filter(({ headers, json }) =>
    compaction instanceof RegExp
      ? compaction.test(JSON.stringify(json))
      : headers['x-interaction-type'] === 'conversation-compaction',
  );
  if (compaction instanceof RegExp) return declared.length === 0 ? ['nothing was compacted'] : [];
  return declared.length === 1 ? [] : [`${declared.length} compactions, not one`];
}
