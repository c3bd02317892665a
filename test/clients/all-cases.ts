/** Every client that is run, and those that are not, with the reason. */
import { claudeCodeCases } from './claude-code.ts';
import type { ClientCase } from './client-case.ts';
import { clineCases } from './cline.ts';
import { codexCases } from './codex.ts';
import { continueCases } from './continue-cli.ts';
import { copilotCases } from './copilot-cli.ts';
import { droidCases } from './droid.ts';
import { geminiCliCases } from './gemini-cli.ts';
import { grokCliCases } from './grok-cli.ts';
import { kilocodeCases } from './kilocode.ts';
import { nanocoderCases } from './nanocoder.ts';
import { opencodeCases } from './opencode.ts';
import { piCases } from './pi.ts';
import { qwenCases } from './qwen-code.ts';
import { sdkCases } from './sdk-cases.ts';

export const allCases: readonly ClientCase[] = [
  ...claudeCodeCases,
  ...codexCases,
  ...opencodeCases,
  ...geminiCliCases,
  ...copilotCases,
  ...qwenCases,
  ...clineCases,
  ...continueCases,
  ...kilocodeCases,
  ...droidCases,
  ...piCases,
  ...nanocoderCases,
  ...grokCliCases,
  ...sdkCases,
];
