/** Points that the content of answers decides: where the bill stands, what breaks the cache, what binds a thought. */
import { isObject, objectOf, parseJson, type JsonObject } from '../../canonical/json-value.ts';
import { isClaude, isOpenAi } from '../../canonical/model.ts';
import { cheapest } from '../pick-model.ts';
import { evidenceOf, undecided } from '../probe-point.ts';
import type { Evidence, ProbePoint } from '../probe-point.ts';

const ask = 'Answer with the word: yes.';
/** Above the 1024 tokens from which caches start, in words of one token. */
const longText = 'The quick brown fox jumps over the lazy dog. '.repeat(140);

export const answerPoints: readonly ProbePoint[] = [
  {
    id: 'usage-on-responses',
    section: '§10.3, §5',
    question: 'Where does `copilot_usage` stand on the last event of /responses?',
    request: 'a short streamed call',
    reference: 'beside `response`; one document says within it',
    simulator: 'beside',
    plan(models) {
      const model = cheapest(models, ({ endpoints }) => endpoints.includes('/responses'));
      if (model === undefined) return 'the seat has no model on /responses';
      const body = { model: model.id, input: ask, max_output_tokens: 64, store: false, stream: true };
      return [{ endpoint: '/responses', model, body, hasImages: false, inputTokens: 100, outputTokens: 64 }];
    },
    async observe(world, [call]) {
      if (call === undefined) return undecided('nothing was planned');
      const answer = await world.call(call);
      if (answer.error !== null) return undecided('the call failed', [evidenceOf('POST /responses', answer)]);
      const last = answer.text
        .split(/\r?\n/)
        .filter((line) => line.startsWith('data:'))
        .map((line) => objectOf(parseJson(line.slice('data:'.length))))
        .findLast(({ response }) => isObject(response));
      const response = objectOf(last?.['response']);
      const seen = isObject(last?.['copilot_usage'])
        ? 'beside'
        : isObject(response['copilot_usage']) || isObject(objectOf(response['usage'])['copilot_usage'])
          ? 'inside'
          : 'absent';
      return { seen, evidence: [evidenceOf('POST /responses', answer, `copilot_usage is ${seen}`)] };
    },
  },
  {
    id: 'context-management-and-cache',
    section: '§11.5',
    question: 'Does `context_management` on /responses break the prompt cache?',
    request: 'a prompt of about 1400 tokens twice without it, and twice with it',
    reference: 'it breaks the cache on newer GPT models, by one report',
    simulator: 'keeps',
    plan(models) {
      const model = cheapest(
        models,
        (one) => isOpenAi(one) && one.endpoints.includes('/responses') && one.supports.reasoning,
      );
      if (model === undefined) return 'the seat has no reasoning GPT model on /responses';
      const compaction = { context_management: [{ type: 'compaction', compact_threshold: 100_000 }] };
      return [{}, {}, compaction, compaction].map((more, at) => {
        const input = `${at < 2 ? 'Plain' : 'Managed'}. ${longText}${ask}`;
        const body = { model: model.id, input, max_output_tokens: 64, store: false, ...more };
        return { endpoint: '/responses', model, body, hasImages: false, inputTokens: 1600, outputTokens: 64 };
      });
    },
    async observe(world, calls) {
      const evidence: Evidence[] = [];
      const cached: number[] = [];
      for (const [at, call] of calls.entries()) {
        const answer = await world.call(call);
        const asked = `POST /responses ${at < 2 ? 'without' : 'with'} context_management`;
        evidence.push(evidenceOf(asked, answer, `${answer.cacheReadTokens ?? 0} tokens from the cache`));
        if (answer.error !== null) return undecided('a call failed', evidence);
        cached.push(answer.cacheReadTokens ?? 0);
      }
      if ((cached[1] ?? 0) === 0) return undecided('nothing was cached without it either', evidence);
      return { seen: (cached[3] ?? 0) === 0 ? 'breaks' : 'keeps', evidence };
    },
  },
  {
    id: 'thinking-bound-to-prompt',
    section: '§11.6',
    question: 'Is a thought of newer Claude models refused behind another system prompt?',
    request: 'a call that thinks, then the same conversation under another system prompt',
    reference: 'bound to the exact system, tools and messages before it',
    simulator: 'bound',
    plan(models) {
      const model = cheapest(
        models,
        (one) => isClaude(one) && one.endpoints.includes('/v1/messages') && one.supports.adaptiveThinking,
      );
      if (model === undefined) return 'the seat has no Claude model with adaptive thinking';
      const call = (system: string, inputTokens: number) => ({
        endpoint: '/v1/messages' as const,
        model,
        body: {
          model: model.id,
          max_tokens: 500,
          system,
          thinking: { type: 'adaptive', display: 'summarized' },
          messages: [{ role: 'user', content: 'Think: is 1009 a prime number? Then answer yes or no.' }],
        },
        hasImages: false,
        inputTokens,
        outputTokens: 500,
      });
      return [call('Be brief.', 100), call('Be brief, and polite.', 700)];
    },
    async observe(world, [first, second]) {
      if (first === undefined || second === undefined) return undecided('nothing was planned');
      const thought = await world.call(first);
      const evidence = [evidenceOf('POST /v1/messages, thinking', thought)];
      const content = objectOf(parseJson(thought.text))['content'];
      const blocks: readonly JsonObject[] = Array.isArray(content) ? content.filter(isObject) : [];
      if (!blocks.some(({ type }) => type === 'thinking')) return undecided('the model did not think', evidence);
      const asked = Array.isArray(first.body['messages']) ? (first.body['messages'] as unknown[]) : [];
      const messages = [...asked, { role: 'assistant', content: blocks }, { role: 'user', content: ask }];
      const back = await world.call({ ...second, body: { ...second.body, messages } });
      evidence.push(evidenceOf('POST /v1/messages, the thought under another system prompt', back));
      if (back.error === null) return { seen: 'free', evidence };
      if (back.error.upstreamStatus !== 400) return undecided('the second call failed for another reason', evidence);
      return { seen: 'bound', evidence };
    },
  },
];
