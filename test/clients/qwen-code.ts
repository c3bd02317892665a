/** Qwen Code, headless, on each protocol that it speaks. */
import { join } from 'node:path';
import { smokeCases, wires, type Wire } from './smoke-cli.ts';

const authTypes = {
  chat: 'openai',
  responses: 'openai-responses',
  anthropic: 'anthropic',
  gemini: 'gemini',
} as const satisfies Readonly<Record<Wire, string>>;

export const qwenCases = smokeCases(
  {
    client: 'qwen-code',
    package: '@qwen-code/qwen-code',
    version: '0.24.4',
    asksFor: ['gb4w8c3ygj-default-sea.rum.aliyuncs.com:443'],
  },
  [
    { wire: 'chat', families: ['Gemini', 'GPT'] },
    { wire: 'responses', families: ['GPT', 'Claude'] },
    { wire: 'anthropic', families: ['Claude', 'GPT'] },
    { wire: 'gemini', families: ['Gemini', 'Claude'] },
  ],
  (wire, model) => ({
    launch({ packages, url, key }, { prompt }) {
      const base = `${url}${wires[wire].base}`;
      const prefix = wire === 'anthropic' ? 'ANTHROPIC' : wire === 'gemini' ? 'GEMINI' : 'OPENAI';
      return {
        program: join(packages, 'node_modules/@qwen-code/qwen-code/cli-entry.js'),
        args: ['--auth-type', authTypes[wire], '--model', model, '--yolo', '--bare', prompt],
        env: {
          [`${prefix}_API_KEY`]: key,
          [`${prefix}_BASE_URL`]: base,
          [`${prefix}_MODEL`]: model,
          ...(wire === 'gemini' && { GOOGLE_GEMINI_BASE_URL: base }),
          QWEN_TELEMETRY_ENABLED: 'false',
        },
      };
    },
  }),
);
