/** What the tables of the CLIs that only create a file share: a row a wire and family. */
import type { ClientCase, Family } from './client-case.ts';

/** The protocols that such a tool can be told to speak, and where they come in here. */
export const wires = {
  chat: { base: '/v1', route: '/v1/chat/completions', own: ['Gemini', 'Claude', 'Grok'] },
  responses: { base: '/v1', route: '/v1/responses', own: ['GPT'] },
  anthropic: { base: '', route: '/v1/messages', own: ['Claude'] },
  gemini: { base: '', route: '/v1beta/models/{model}:streamGenerateContent', own: [] },
} as const satisfies Readonly<
  Record<string, { readonly base: string; readonly route: string; readonly own: readonly Family[] }>
>;

export type Wire = keyof typeof wires;

const models = {
  Claude: 'claude-sonnet-5.5',
  GPT: 'gpt-6.1-sol',
  Gemini: 'gemini-3.8-flash',
  Grok: 'grok-4.7',
} as const satisfies Readonly<Record<Family, string>>;

export interface SmokeRow {
  readonly wire: Wire;
  readonly families: readonly Family[];
  /** Where the tool does not call what the wire is for. */
  readonly route?: string;
  /** Why it does not come to creating a file with a model of that family. */
  readonly cannot?: Readonly<Partial<Record<Family, string>>>;
}

type Tool = Pick<ClientCase, 'client' | 'package' | 'version' | 'beside' | 'asksFor'>;
type Setup = (wire: Wire, model: string, family: Family) => Pick<ClientCase, 'launch' | 'configure'>;

/** One case for each wire and family, made of the tool's own way of being configured. */
export function smokeCases(tool: Tool, rows: readonly SmokeRow[], setup: Setup): readonly ClientCase[] {
  return rows.flatMap(({ wire, families, route, cannot = {} }) =>
    families.map((family): ClientCase => {
      const own: readonly Family[] = wires[wire].own;
      return {
        ...tool,
        title: `${tool.client}, ${wire}, ${family}`,
        model: models[family],
        family,
        depth: 'smoke',
        ...(!own.includes(family) && { translated: true }),
        ...(cannot[family] !== undefined && { cannot: { create: cannot[family] } }),
        smoke: [],
        route: route ?? wires[wire].route,
        ...setup(wire, models[family], family),
      };
    }),
  );
}
