/** The bench's load generator, a program of its own: does the jobs that its parent sends and answers with the figures. */
import type { Job, JobReport } from './load-job.ts';
import { openWire, type Answer, type Wire } from './http-wire.ts';

let holding: Wire[] = [];
let heldEvents = 0;

function prepare(job: Job): Buffer {
  const body = Buffer.from(job.body);
  const lines = [
    `POST ${job.path} HTTP/1.1`,
    `host: 127.0.0.1:${job.port}`,
    'content-type: application/json',
    `authorization: Bearer ${job.key}`,
    ...Object.entries(job.headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
}

/** `concurrency` connections ask one request after the other until `total` are answered. */
async function runRequests(job: Job): Promise<JobReport> {
  const request = prepare(job);
  const answers: Answer[] = [];
  let left = job.total;
  const startedMs = performance.now();
  const worker = async () => {
    const wire = openWire(job.port);
    while (left > 0) {
      left -= 1;
      answers.push(await wire.ask(request));
    }
    wire.close();
  };
  await Promise.all(Array.from({ length: job.concurrency }, worker));
  return {
    failed: answers.filter(({ status }) => status !== 200).length,
    lane: answers[0]?.lane ?? null,
    events: answers.reduce((sum, answer) => sum + answer.events, 0),
    elapsedMs: performance.now() - startedMs,
    firstByteUs: answers.map((answer) => answer.firstByteUs),
    wholeUs: answers.map((answer) => answer.wholeUs),
  };
}

/** Opens `concurrency` streams and answers as soon as each has given its first event; they go on until `release`. */
async function hold(job: Job): Promise<JobReport> {
  const request = prepare(job);
  const startedMs = performance.now();
  heldEvents = 0;
  let failed = 0;
  let laneTaken: string | null = null;
  const begun = Array.from({ length: job.concurrency }, async () => {
    const wire = openWire(job.port);
    holding.push(wire);
    await new Promise<void>((resolve) => {
      const onEvents = (count: number, lane: string | null) => {
        laneTaken = lane;
        heldEvents += count;
        resolve();
      };
      wire.ask(request, onEvents).then(
        () => resolve(),
        () => {
          // A released stream ends in a rejection too; only one that never began is a failure.
          if (holding.includes(wire)) failed += 1;
          resolve();
        },
      );
    });
  });
  await Promise.all(begun);
  return { ...emptyReport, failed, lane: laneTaken, events: heldEvents, elapsedMs: performance.now() - startedMs };
}

function release(): JobReport {
  const released = holding;
  holding = [];
  for (const wire of released) wire.close();
  return { ...emptyReport, events: heldEvents };
}

const emptyReport: JobReport = { failed: 0, lane: null, events: 0, elapsedMs: 0, firstByteUs: [], wholeUs: [] };

async function perform(job: Job): Promise<JobReport> {
  if (job.kind === 'requests') return runRequests(job);
  if (job.kind === 'hold') return hold(job);
  return job.kind === 'count' ? { ...emptyReport, events: heldEvents } : release();
}

process.on('message', (job: Job) => {
  perform(job).then(
    (report) => process.send?.({ report }),
    (error: Error) => process.send?.({ failure: error.message }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.({ ready: true });
