/** What was seen of the real service by `crossfeed probe`, as a scenario: the simulator then behaves so on those points. */
import { defaultModels, type ModelSpec } from './models.ts';
import { defaultScenario, type Scenario } from './scenario.ts';

type Played = Readonly<Record<string, Partial<Scenario>>>;

const models = (change: (spec: ModelSpec) => Partial<ModelSpec>): Partial<Scenario> => ({
  models: defaultModels.map((spec) => ({ ...spec, ...change(spec) })),
});

/** By the point's id: what each word that may have been seen there means. */
const byWord: Readonly<Record<string, Played>> = {
  'tool-choice-required': { accepted: { toolChoiceRequired: true }, refused: { toolChoiceRequired: false } },
  'url-images-on-messages': { accepted: { urlImagesOnMessages: true }, refused: { urlImagesOnMessages: false } },
  'images-in-tool-outputs': { accepted: { imagesInToolOutputs: true }, refused: { imagesInToolOutputs: false } },
  'hour-long-cache': { accepted: { hourLongCache: true }, refused: { hourLongCache: false } },
  'usage-on-responses': { beside: { quirks: [] }, inside: { quirks: ['usage-inside-response'] } },
  'unlisted-endpoint': { accepted: { servesUnlistedEndpoints: true }, refused: { servesUnlistedEndpoints: false } },
  'context-tier-on-messages': {
    accepted: { contextTierOnMessages: true },
    refused: { contextTierOnMessages: false },
  },
  'context-tier-on-responses': {
    accepted: { contextTierOnResponses: true },
    refused: { contextTierOnResponses: false },
  },
  'context-management-and-cache': {
    breaks: { contextManagementBreaksCache: true },
    keeps: { contextManagementBreaksCache: false },
  },
  'thinking-bound-to-prompt': {
    bound: models((spec) => (spec.adaptiveThinking ? { bindsPrefix: true } : {})),
    free: models(() => ({ bindsPrefix: false })),
  },
  'models-without-version': { fewer: {}, same: models(() => ({ needsApiVersion: false })) },
  'direct-lists-fewer': {
    fewer: models((spec) => (spec.needsApiVersion ? { needsExchange: true } : {})),
    same: {},
  },
  'editor-version-needed': { needed: { editorVersionNeeded: true }, 'not needed': { editorVersionNeeded: false } },
  'integration-id-needed': { needed: { integrationIdNeeded: true }, 'not needed': { integrationIdNeeded: false } },
  'cache-price-name': { cache_read_price: { cachePriceRenamed: true }, cache_price: { cachePriceRenamed: false } },
  'auto-discount': { named: { autoDiscountListed: true }, absent: { autoDiscountListed: false } },
  'auto-needs-newest-version': {
    refused: { autoNeedsNewestVersion: true },
    accepted: { autoNeedsNewestVersion: false },
  },
  'foreign-exchange': { '404': { foreignExchangeStatus: 404 }, '403': { foreignExchangeStatus: 403 } },
  billing: { credits: { tokenBasedBilling: true }, requests: { tokenBasedBilling: false } },
};

/** Where any word may have been seen. */
const byValue: Readonly<Record<string, (seen: string) => Partial<Scenario>>> = {
  'api-versions': (seen) => ({
    apiVersions: [...seen.split(' ').filter((one) => one !== 'none'), '2022-11-28'],
  }),
  plan: (seen) => {
    const [plan = defaultScenario.plan, sku = defaultScenario.sku] = seen.split(' ');
    return { plan, sku };
  },
  'monthly-credits': (seen) => ({ entitlementCredits: Number(seen) }),
  'free-chats': (seen) => ({
    freeQuotas: { chat: Number(seen), completions: defaultScenario.freeQuotas?.completions ?? 2000 },
  }),
};

/** Ids that the simulator can play: for the test that every point is among them. */
export const playedPoints: readonly string[] = [...Object.keys(byWord), ...Object.keys(byValue)];

/** Later points win where two change the same field, but for models, whose changes add up. Unknown ids and words change nothing. */
export function scenarioOfFindings(findings: Readonly<Record<string, string>>): Partial<Scenario> {
  const scenario: { -readonly [Field in keyof Scenario]?: Scenario[Field] } = {};
  for (const [id, seen] of Object.entries(findings)) {
    const played = byWord[id]?.[seen] ?? byValue[id]?.(seen) ?? {};
    Object.assign(scenario, played, bothModels(scenario.models, played.models));
  }
  return scenario;
}

function bothModels(
  before: readonly ModelSpec[] | undefined,
  now: readonly ModelSpec[] | undefined,
): Partial<Scenario> {
  if (before === undefined || now === undefined) return {};
  const merged = before.map((spec, at) => {
    const base: ModelSpec | undefined = defaultModels[at];
    const changes = Object.entries(now[at] ?? {}).filter(
      ([key, value]) => base === undefined || Reflect.get(base, key) !== value,
    );
    return { ...spec, ...Object.fromEntries(changes) };
  });
  return { models: merged };
}
