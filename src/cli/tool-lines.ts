/** What a tool needs in its environment, for `crossfeed env`: from the plan that `connect` and `run` follow. */
import type { ChosenModel, ConnectPlace, ToolKnowledge } from '../connect/tool-knowledge.ts';
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
    models: model === null ? null : { big: named(model), small: named(model), background: named(model), list: [] },
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

/** A model of which nothing but the name is known here. */
function named(id: string): ChosenModel {
  return {
    id,
    name: id,
    contextTokens: undefined,
    promptTokens: undefined,
    outputTokens: undefined,
    vision: false,
    reasoning: false,
    toolCalls: true,
  };
}
