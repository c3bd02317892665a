/** The simulated prompt cache: what a prompt has in common with the beginning of an earlier one counts as cached. */
import { countTokens } from './billing.ts';

export interface PromptCache {
  /** Remembers the prompt, and says how many of its tokens were already known as a prefix. */
  readTokens(model: string, prompt: string): number;
}

/** Real caches start at 1024 tokens; a smaller block lets short tests see a hit. */
const blockChars = 256;
const rememberedPrompts = 24;

export function createPromptCache(): PromptCache {
  const promptsOf = new Map<string, string[]>();
  return {
    readTokens(model, prompt) {
      const known = promptsOf.get(model) ?? [];
      let longest = 0;
      for (const earlier of known) longest = Math.max(longest, commonBlocks(earlier, prompt, longest));
      promptsOf.set(model, [prompt, ...known.slice(0, rememberedPrompts - 1)]);
      return countTokens(prompt.slice(0, longest));
    },
  };
}

/** Whole blocks of common prefix; `least` blocks that are already known to be beaten are looked at first. */
function commonBlocks(left: string, right: string, least: number): number {
  const limit = Math.min(left.length, right.length);
  if (limit < least || left.slice(0, least) !== right.slice(0, least)) return 0;
  let end = least;
  while (end + blockChars <= limit && left.slice(end, end + blockChars) === right.slice(end, end + blockChars))
    end += blockChars;
  return end;
}
