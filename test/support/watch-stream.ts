/** Plays a stream through a watch and reads what comes out, as the relay does it. */
import { createFrameSplitter } from '../../src/framing/server-sent-events.ts';
import type { StreamWatch } from '../../src/protocols/protocol.ts';

export interface Watched {
  /** What goes down, as text. */
  readonly text: string;
  /** The payloads of its `data:` lines, for streams with one a frame; marks such as `[DONE]` stay text. */
  // oxlint-disable-next-line typescript/no-explicit-any -- foreign JSON, looked at by tests only
  readonly payloads: any[];
  readonly fault: 'broken' | 'upstream-error' | undefined;
}

/** `cuts` are the byte offsets at which the stream arrives in pieces. */
export function watchStream(watch: StreamWatch, stream: string, cuts: readonly number[] = []): Watched {
  const bytes = Buffer.from(stream);
  const out: Buffer[] = [];
  let fault: Watched['fault'];
  const splitter = createFrameSplitter(1024 * 1024, (text, source, start, end) => {
    if (watch.standing.ended || fault) return;
    const verdict = watch.frame(text, start, end);
    if (verdict === 'forward') out.push(source.subarray(start, end));
    else if (verdict === 'drop') return;
    else if (verdict.kind === 'replace') out.push(Buffer.from(verdict.text, 'latin1'));
    else fault = verdict.kind;
  });
  const edges = [0, ...cuts, bytes.length];
  for (const [index, edge] of edges.slice(1).entries()) splitter.push(bytes.subarray(edges[index], edge));
  const completion = watch.standing.ended || fault ? null : watch.completion();
  const text = Buffer.concat(out).toString() + (completion ?? '');
  return {
    text,
    fault,
    get payloads() {
      return text
        .split('\n')
        .filter((line) => line.startsWith('data: '))
        .map((line) => (line === 'data: [DONE]' ? '[DONE]' : (JSON.parse(line.slice(6)) as unknown)));
    },
  };
}
