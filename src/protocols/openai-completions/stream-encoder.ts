/** Turns parts into a Completions stream: chunks of text, one finish, the mark of the end. */
import type { JsonObject } from '../../canonical/json-value.ts';
import type { TokenUsage } from '../../canonical/token-usage.ts';
import { writeFrame } from '../../framing/server-sent-events.ts';
import { openAiErrorBody } from '../openai-error.ts';
import type { StreamEncoder, StreamEncoderOptions } from '../protocol.ts';
import { endingOf } from './finish-reason.ts';

export function createCompletionsStreamEncoder(options: StreamEncoderOptions): StreamEncoder {
  const { write, mint, report, request } = options;
  const identity = `{"id":"cmpl-${mint('cmpl', 0)}","object":"text_completion","created":${options.createdAtS},"model":${JSON.stringify(options.model)},`;
  /** Blocks whose text is the completion; a refusal is what the model said. */
  const shown = new Set<number>();
  let usage: TokenUsage | null = null;
  let thoughtLost = false;
  let over = false;

  const chunk = (literal: string, ending: string) =>
    `data: ${identity}"choices":[{"text":${literal},"index":0,"logprobs":null,"finish_reason":${ending}}]}\n\n`;

  return {
    push(part) {
      if (over) return;
      switch (part.type) {
        case 'start':
        case 'usage':
          usage = part.usage ?? usage;
          break;
        case 'block-start':
          if (part.kind === 'text' || part.kind === 'refusal') shown.add(part.block);
          else if (!thoughtLost) {
            thoughtLost = true;
            report({
              rule: 'not-carried',
              path: 'choices',
              reason: 'Thoughts and calls have no place in a completion.',
            });
          }
          break;
        case 'delta':
          if (shown.has(part.block) && part.literal !== '""') write(chunk(part.literal, 'null'));
          break;
        case 'finish':
          over = true;
          write(chunk('""', `"${endingOf[part.reason]}"`));
          if (request.includeUsage)
            write(writeFrame(`${identity}"choices":[],"usage":${JSON.stringify(counts(usage))}}`));
          write(writeFrame('[DONE]'));
          break;
        case 'block-end':
          shown.delete(part.block);
          break;
        case 'seal':
        case 'annotation':
        case 'logprobs':
          break;
      }
    },
    failure(error) {
      if (over) return '';
      over = true;
      return writeFrame(JSON.stringify(openAiErrorBody(error)));
    },
  };
}

/** OpenAI's prompt tokens include the cached ones; a count nobody said is 0. */
function counts(usage: TokenUsage | null): JsonObject {
  const cached = usage?.cacheReadTokens ?? 0;
  const prompt = (usage?.inputTokens ?? 0) + cached + (usage?.cacheWriteTokens ?? 0);
  const completion = usage?.outputTokens ?? 0;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: cached, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: usage?.reasoningTokens ?? 0, audio_tokens: 0 },
  };
}
