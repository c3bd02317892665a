/** Libraries and servers that variables lead here: nothing is written for them. From their documentation. */
import type { ConnectPlace, ToolKnowledge } from '../tool-knowledge.ts';

type Known = Pick<ToolKnowledge, 'id' | 'title' | 'install' | 'protocol' | 'vendor'>;

function byVariables(
  tool: Known,
  variables: (place: ConnectPlace) => Readonly<Record<string, string>>,
  runNotes: readonly string[],
): ToolKnowledge {
  return {
    ...tool,
    tier: 'B',
    binaries: [],
    projectVariable: null,
    plan: (place) => ({ files: [], variables: variables(place), args: [], scratchFiles: [], notes: [], runNotes }),
  };
}

export const openWebui = byVariables(
  {
    id: 'open-webui',
    title: 'Open WebUI',
    install: 'python -m pip install open-webui',
    protocol: 'chat',
    vendor: null,
  },
  ({ url, key }) => ({ OPENAI_API_BASE_URL: `${url}/v1`, OPENAI_API_KEY: key }),
  [
    'Set these before its first start: later it goes by its own database (Admin Settings, Connections).',
    'In a container this machine is host.docker.internal: start Crossfeed with --allow-host host.docker.internal.',
  ],
);

export const openaiSdk = byVariables(
  { id: 'openai-sdk', title: "OpenAI's SDKs", install: 'npm install openai', protocol: 'responses', vendor: 'openai' },
  ({ url, key }) => ({ OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: key }),
  ['`new OpenAI()` reads both; `crossfeed models` lists what it may be asked for.'],
);

export const anthropicSdk = byVariables(
  {
    id: 'anthropic-sdk',
    title: "Anthropic's SDKs",
    install: 'npm install @anthropic-ai/sdk',
    protocol: 'messages',
    vendor: 'anthropic',
  },
  ({ url, key }) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_AUTH_TOKEN: key }),
  ['`new Anthropic()` reads both; an ANTHROPIC_API_KEY beside them would be sent as well: unset it.'],
);

export const googleSdk = byVariables(
  {
    id: 'google-sdk',
    title: "Google's Gen AI SDKs",
    install: 'npm install @google/genai',
    protocol: 'gemini',
    vendor: 'google',
  },
  ({ url, key }) => ({ GOOGLE_GEMINI_BASE_URL: url, GEMINI_API_KEY: key }),
  ['`new GoogleGenAI({})` reads both; `GOOGLE_API_KEY` would go before them: unset it.'],
);

export const ollamaSdk = byVariables(
  { id: 'ollama-sdk', title: "Ollama's clients", install: 'npm install ollama', protocol: 'ollama', vendor: null },
  ({ url, key }) => ({ OLLAMA_HOST: url, OLLAMA_API_KEY: key }),
  [
    "Python's reads both. JavaScript's takes them by hand:",
    'new Ollama({ host: process.env.OLLAMA_HOST, headers: { Authorization: `Bearer ${process.env.OLLAMA_API_KEY}` } })',
  ],
);
