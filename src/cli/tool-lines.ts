/** What a tool needs in its environment, for `crossfeed env`: from the plan that `connect` and `run` follow. */
import { namedModel } from '../connect/choose-models.ts';
import type { ConnectPlace, ToolKnowledge } from '../connect/tool-knowledge.ts';
import { shQuoted } from './shell-lines.ts';

export interface ToolLines {
  readonly variables: Readonly<Record<string, string>>;
  /** What no variable can say, one line each. Never holds the key. */
  readonly notes: readonly string[];
}

interface LinesPlace extends Pick<ConnectPlace, 'url' | 'key' | 'homedir' | 'env' | 'platform'> {
  /** A catalogue id; null leaves the choice to the tool. */
  readonly model: string | null;
}

export function toolLines(tool: ToolKnowledge, { model, ...place }: LinesPlace): ToolLines {
  const { variables, args, runNotes } = tool.plan({
    ...place,
    models:
      model === null
        ? null
        : { big: namedModel(model), small: namedModel(model), background: namedModel('background'), list: [] },
    projectDir: null,
    scratchDir: null,
    statusLine: false,
    codexCatalogue: null,
    exists: () => false,
  });
  const [program = tool.id] = tool.binaries;
  const line = args.length === 0 ? [] : [[program, ...args.map(shQuoted)].join(' ')];
  return { variables, notes: [...line, ...runNotes] };
}
