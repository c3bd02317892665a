/** Leads the places of a profile from the built files back to the sources that they were made of. */
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { CpuProfile, ProfileNode } from './profile.ts';

type CallFrame = ProfileNode['callFrame'];

function readMap(url: string): SourceMap | null {
  if (!url.startsWith('file:')) return null;
  const file = `${fileURLToPath(url)}.map`;
  if (!existsSync(file)) return null;
  return new SourceMap(JSON.parse(readFileSync(file, 'utf8')) as ConstructorParameters<typeof SourceMap>[0]);
}

/** A frame of a file without a source map stays as it is. */
export function atSources(profile: CpuProfile): CpuProfile {
  const maps = new Map<string, SourceMap | null>();
  function place(frame: CallFrame): CallFrame {
    const { url, lineNumber, columnNumber = 0 } = frame;
    if (!maps.has(url)) maps.set(url, readMap(url));
    const entry = maps.get(url)?.findEntry(lineNumber, columnNumber);
    if (entry === undefined || !('originalSource' in entry)) return frame;
    return { ...frame, url: new URL(entry.originalSource, url).href, lineNumber: entry.originalLine };
  }
  return { ...profile, nodes: profile.nodes.map((node) => ({ ...node, callFrame: place(node.callFrame) })) };
}
