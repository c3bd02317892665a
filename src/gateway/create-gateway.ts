/** The story of one exchange on one page: read, plan, send up, carry down. */
import type { Clock } from '../base/clock.ts';
import type { Endpoint } from '../canonical/protocol-id.ts';
import type { LimitsConfig } from '../config/config.ts';
import { ProxyError, toProxyError } from '../errors/proxy-error.ts';
import type { Limiter } from '../limits/limiter.ts';
import type { MemoryGate } from '../limits/memory-gate.ts';
import type { SpendGuard } from '../limits/spend-guard.ts';
import type { CaptureDesk } from '../observability/capture-desk.ts';
import type { MediaDesk } from '../media/media-desk.ts';
import type { EventBus } from '../observability/event-bus.ts';
import { errorEncoders } from '../protocols/error-encoders.ts';
import { noAliases, type AliasSettings } from '../routing/resolve-model.ts';
import type { CallFigures } from '../tokens/call-figures.ts';
import type { LearnedRules } from '../upstream/copilot/learned-rules.ts';
import type { Upstream, UpstreamCall, UpstreamReceiver } from '../upstream/upstream.ts';
import { readAsked, type AskedBody } from './asked-body.ts';
import type { AnswerOutput } from './answer-output.ts';
import type { AnswerRelay } from './answer-relay.ts';
import { clientName, projectOf } from './caller-words.ts';
import { createCallEstimates } from './call-estimates.ts';
import type { TierSettings } from './context-tier.ts';
import { note } from './correct-plan.ts';
import { createCorrector, type Corrected } from './corrector.ts';
import { createRelay, type Course, type RelayOptions } from './create-relay.ts';
import { createCountDesk } from './count-desk.ts';
import type { DecodeTokens } from './embeddings-input.ts';
import { createEndpointRefusals } from './endpoint-refusals.ts';
import { estimateAnswer } from './estimate-answer.ts';
import { createExchange, type Exchange } from './exchange.ts';
import type { CallProgress, GatewayRequest, PlanningGateway } from './gateway.ts';
import { explainRefusal } from './explain-refusal.ts';
import type { ModelNames } from './find-model.ts';
import type { ResponseKeeper } from './keep-response.ts';
import { answerLoad } from './load-model.ts';
import { mendCompaction } from './mend-compaction.ts';
import { moveEndpoint } from './move-endpoint.ts';
import { createItemIndex } from './item-index.ts';
import { openConversation, type OpenedRequest } from './open-conversation.ts';
import type { ExchangePlan } from './plan-exchange.ts';
import { findAsked, findEndpoint, planRequest, type PlanDeps } from './plan-request.ts';
import { previewOf } from './preview.ts';
import type { CacheDesk } from './prompt-cache/cache-desk.ts';
import { createPromptLessons, type Counts } from './prompt-lessons.ts';
import { readRequestBody } from './request-body.ts';
import type { ResponseStore } from './response-store.ts';
import { routedNews } from './routed-news.ts';
import { createSeatModels } from './seat-models.ts';
import { sendTwiceAtMost } from './second-try.ts';
import { createSessionMemory } from './session-memory.ts';
import { sessionOf } from './session.ts';
import { createSpendTurn } from './spend-turn.ts';
import type { StreamRelay } from './stream-relay.ts';
import { tappedOutput } from './tapped-output.ts';
import { tellForecast } from './tell-forecast.ts';
import { createTicker, tickMs } from './ticker.ts';
import { createTurn, wantedOf } from './turn.ts';

export interface GatewayOptions {
  /** The upstream of an account. Throws `upstream_sign_in_required` where nobody is signed in under that name. */
  readonly upstreamOf: (accountName: string) => Upstream;
  readonly limits: LimitsConfig;
  readonly disabledRules: readonly string[];
  /** Takes the secrets out of an error's words. */
  readonly clean?: (error: ProxyError) => ProxyError;
  readonly events: EventBus;
  readonly clock: Clock;
  readonly decodeTokens: DecodeTokens;
  readonly counts: Counts;
  /** What calls were found to take: estimates are made of them. */
  readonly figures: CallFigures;
  /** Keeps prompts and answers where their owner wants that; without it none are kept. */
  readonly captures?: Pick<CaptureDesk, 'begin' | 'sent' | 'received' | 'answer'>;
  /** Which prompts may reach a model's dearer price tier. */
  readonly tiers: TierSettings;
  /** Fits images and documents to their model. */
  readonly media: MediaDesk;
  /** Whether what is translated is held to its grammar, event by event: a fault is an edit `grammar-fault`. */
  readonly checksGrammar?: boolean;
  /** Where the configuration wants models asked, by their ids. */
  readonly endpointOverrides?: ReadonlyMap<string, Endpoint>;
  /** Of the settings; a caller's own come before them. */
  readonly aliases?: AliasSettings;
  /** What models were found to refuse. */
  readonly learned: LearnedRules;
  /** Says when a call may start; without one all start at once. */
  readonly limiter?: Limiter;
  /** Says whether a call may be paid for; without one all may. */
  readonly spendGuard?: SpendGuard;
  readonly memoryGate?: MemoryGate;
  /** Keeps responses to go on from; without one none are kept, and `previous_response_id` is refused. */
  readonly responses?: ResponseStore;
  /** Hears of what went up, and watches what becomes of its cached beginning. */
  readonly caches?: Pick<CacheDesk, 'sent'>;
}

/** An exchange that has started and not ended. */
interface RunningCall {
  giveUp(error: ProxyError): void;
  progress(): CallProgress;
}

export function createGateway(options: GatewayOptions): PlanningGateway {
  const { upstreamOf, limits, events, clock, limiter } = options;
  const { openAfterMs } = limits.pace;
  const items = options.responses === undefined ? undefined : createItemIndex(options.responses);
  const disabledRules = new Set(options.disabledRules);
  const names: ModelNames = { aliases: options.aliases ?? noAliases, otherRoad: [] };
  const seatModels = createSeatModels({ clock });
  const corrector = createCorrector({ learned: options.learned, disabledRules });
  const sessions = createSessionMemory({ clock, maxSessions: 4_096, ttlMs: 24 * 60 * 60 * 1000 });
  const { decodeTokens } = options;
  const endpointRefusals = createEndpointRefusals(clock);
  const compactionRefusals = createEndpointRefusals(clock);
  const planning: PlanDeps = {
    upstreamOf,
    seatModels,
    names,
    corrector,
    limits,
    disabledRules,
    decodeTokens,
    endpointRefusals,
    compactionRefusals,
    endpointOverrides: options.endpointOverrides ?? new Map(),
    tiers: options.tiers,
    media: options.media,
  };
  const counting = createCountDesk(options.counts, clock);
  const lessons = createPromptLessons(options.counts, events, () => counting.isUsed);
  const estimates = createCallEstimates(options.figures, events, clock);
  const { spendGuard } = options;
  const spending = spendGuard && createSpendTurn({ guard: spendGuard, clock, openAfterMs });
  const ticker = createTicker(clock, tickMs(limits));
  const running = new Map<string, RunningCall>();

  function answer(request: GatewayRequest, output: AnswerOutput) {
    const { exchangeId } = request;
    const isCaptured = options.captures?.begin(exchangeId, request.caller, request.body) ?? false;
    const response = isCaptured ? tappedOutput(output, (bytes) => options.captures?.answer(exchangeId, bytes)) : output;
    // No closure below names the request itself: its body would live as long as the answer.
    const { route, caller, madeFor } = request;
    let relay: StreamRelay | AnswerRelay | undefined;
    let keeper: ResponseKeeper | null = null;
    const usageSoFar = () => (relay && 'usage' in relay ? relay.usage : null);
    const id = request.exchangeId;
    running.set(id, {
      giveUp(error) {
        if (relay) relay.giveUp(error);
        else exchange.fail(error, null);
      },
      progress: () => ({ responseBytes: exchange.responseBytes, usage: usageSoFar() }),
    });
    const { socket } = response;
    const onClientLeft = () => exchange.cancel(usageSoFar());
    const exchange = createExchange({
      id,
      response,
      errors: errorEncoders[route.protocol],
      events,
      clock,
      body: request.body,
      ...(options.clean && { clean: options.clean }),
      onEnd(outcome, error) {
        running.delete(id);
        if (outcome === 'finished') keeper?.commit();
        turn?.end(outcome, error);
        response.off('close', onClientLeft);
        socket?.off('end', onClientLeft);
      },
    });
    const turn = limiter && createTurn({ limiter, clock, openAfterMs }, caller, exchange);
    response.on('close', onClientLeft);
    // A half-closed client cannot be told from one that left (`decisions.md` 6).
    socket?.on('end', onClientLeft);
    // A write that finds the socket gone is told by `close` as well.
    response.on('error', () => undefined);

    prepare(request, exchange).then(
      (prepared) => {
        if (exchange.ended || prepared === null) return;
        const { upstream, corrected, replan, payer, asBase64, headers, body, notes, keeper: chosenKeeper } = prepared;
        keeper = chosenKeeper;
        const { plan } = corrected;
        const { protocol } = route;
        const count = route.operation === 'count-tokens' && {
          exchange,
          protocol,
          plan,
          body,
          accountName: caller.accountName,
        };
        if (count && counting.isOurs(count)) {
          exchange.publish({ type: 'admitted', waitedMs: 0 });
          return counting.estimate(count);
        }
        const asked = { protocol: route.protocol, body, plan, notes };
        const forecast = route.operation === 'generate' ? estimates.begin(exchange.id, asked) : null;
        if (forecast) tellForecast(exchange, forecast);
        const course: Course = { plan };
        const { session } = payer;
        const chosen = createRelay(relaying, { exchange, route, course, session, asBase64, headers, keeper, madeFor });
        relay = chosen;
        const receiver = count ? counting.orEstimate(count, chosen) : chosen;
        const mend = (error: ProxyError, refused: ExchangePlan) => {
          const mended =
            corrected.mend(error, refused) ??
            mendCompaction(error, refused, compactionRefusals, replan) ??
            moveEndpoint(error, refused, endpointRefusals, replan);
          if (mended) course.plan = mended.plan;
          return mended;
        };
        const { keyId } = caller;
        const onSent = (tried: ExchangePlan) => {
          if (route.operation === 'generate') options.caches?.sent(exchange.id, { session, keyId, plan: tried });
        };
        const start = () => send(upstream, exchange, { plan, mend }, receiver, turn?.onRateLimit, onSent);
        const begin = () => {
          if (turn) return turn.take(wantedOf(route, plan), chosen, start);
          exchange.publish({ type: 'admitted', waitedMs: 0 });
          start();
        };
        // A count costs nothing.
        const { length: bytes } = body.bytes;
        if (!spending || count) begin();
        else spending.take({ exchange, route, plan, payer, bytes, estimate: forecast?.estimate }, chosen, begin);
        if (route.operation === 'generate' && !exchange.ended) lessons.sent(exchange.id, asked);
      },
      (thrown: unknown) => exchange.fail(toProxyError(thrown), null),
    );
  }

  /** Null where the exchange is over already. */
  async function prepare(request: GatewayRequest, exchange: Exchange) {
    const { route, headers, caller } = request;
    const { keyId } = caller;
    const read = readBody(request);
    const { madeFor } = request;
    const session = madeFor?.session ?? sessionOf(headers, read instanceof ProxyError ? {} : read.body.view, keyId);
    const project = projectOf(headers, caller);
    const client = clientName(headers['user-agent']);
    // A body that cannot be read is still an exchange that somebody asks about later.
    exchange.publish({
      type: 'started',
      protocol: route.protocol,
      operation: route.operation,
      route: route.path,
      keyId,
      account: caller.accountName,
      project,
      parentId: madeFor?.parentId ?? null,
      client,
      session,
      requestBytes: request.body.length,
      traceparent: headers['traceparent'],
    });
    if (read instanceof ProxyError) throw read;
    const notes = sessions.of(session);
    const asked = { route, headers, ...read, caller, session, notes, madeAs: madeFor?.kind };
    if (read.loaded !== null) {
      const model = await findAsked(planning, asked);
      if (!exchange.ended) answerLoad(exchange, { route, view: read.body.view, model, answer: read.loaded });
      return null;
    }
    const planned = await planRequest(planning, asked);
    const { plan } = planned.corrected;
    const { lane, edits, prunedTools } = plan;
    if (prunedTools !== undefined) notes.prunedTools = prunedTools;
    note(notes.imagePlaceholders, plan.surplusImages ?? []);
    exchange.describe(lane, edits);
    exchange.publish(routedNews(plan));
    if (edits.length > 0) exchange.publish({ type: 'edited', edits });
    return {
      ...planned,
      payer: { caller, project, session, client },
      body: read.body,
      notes,
      keeper: read.keeper,
      headers: route.operation === 'count-tokens' ? { 'x-crossfeed-count': 'upstream' } : {},
    };
  }

  function open({ route, body, caller, edits = [] }: GatewayRequest): OpenedRequest & Pick<AskedBody, 'loaded'> {
    const asked = readAsked(route, readRequestBody(body, limits), nowS());
    const opened = openConversation({ store: options.responses, items, limits }, route, asked.body, caller.keyId);
    return { ...opened, edits: [...edits, ...asked.edits, ...opened.edits], loaded: asked.loaded };
  }

  function readBody(request: GatewayRequest): ReturnType<typeof open> | ProxyError {
    try {
      options.memoryGate?.admit(request.body.length);
      return open(request);
    } catch (thrown) {
      return toProxyError(thrown);
    }
  }

  const nowS = () => Math.floor(clock.now() / 1000);

  const relaying: RelayOptions = {
    limits,
    ticker,
    nowMs: () => clock.now(),
    checksGrammar: options.checksGrammar ?? false,
  };

  function send(
    upstream: Upstream,
    exchange: Exchange,
    { plan, mend }: Corrected,
    relay: UpstreamReceiver,
    onRateLimit: UpstreamCall['onRateLimit'],
    onSent: (tried: ExchangePlan) => void,
  ) {
    const sendPlan = (tried: ExchangePlan, receiver: UpstreamReceiver) => {
      onSent(tried);
      sendOnce(upstream, exchange, tried, receiver, onRateLimit);
    };
    sendTwiceAtMost({ exchange, mend, send: sendPlan }, plan, relay);
  }

  function sendOnce(
    upstream: Upstream,
    exchange: Exchange,
    plan: ExchangePlan,
    receiver: UpstreamReceiver,
    onRateLimit: UpstreamCall['onRateLimit'],
  ) {
    const { path, body, initiator, hasImages, headers, model } = plan;
    const isCaptured = options.captures?.sent(exchange.id, body) ?? false;
    upstream.send(
      {
        path,
        body,
        stream: plan.stream || plan.collect,
        initiator,
        hasImages,
        headers,
        exchangeId: exchange.id,
        signal: exchange.signal,
        onRateLimit,
      },
      {
        ...receiver,
        ...(isCaptured && {
          onData(chunk: Buffer) {
            options.captures?.received(exchange.id, chunk);
            receiver.onData(chunk);
          },
        }),
        onFailure(error) {
          const explained = explainRefusal(error, model);
          if (explained !== error) seatModels.doubt(upstream);
          receiver.onFailure(explained);
        },
      },
    );
  }

  /** Plans a request that is not sent. */
  async function planDry(request: GatewayRequest) {
    const { route, headers, caller } = request;
    const opened = open(request);
    const session = sessionOf(headers, opened.body.view, caller.keyId);
    const notes = sessions.of(session);
    const asked = { route, headers, ...opened, caller, session, notes, isPreview: true };
    const planned = await planRequest(planning, asked);
    return { ...planned, body: opened.body, notes };
  }

  return {
    answer,
    async preview(request) {
      const { upstream, corrected } = await planDry(request);
      return previewOf(upstream, corrected.plan, request.exchangeId);
    },
    async estimate(request) {
      const { route } = request;
      if (route.operation !== 'generate')
        throw new ProxyError('invalid_request', 'path: only generations are estimated.', { param: 'path' });
      const { corrected, body, notes } = await planDry(request);
      const { plan } = corrected;
      return estimateAnswer(plan.model.id, estimates.of({ protocol: route.protocol, body, plan, notes }));
    },
    endpointOf: async (request) => findEndpoint(planning, { ...request, ...open(request) }),
    nextCall: (session) => estimates.next(sessions.peek(session)),
    get open() {
      return running.size;
    },
    progress: (id) => running.get(id)?.progress(),
    stop(id) {
      const call = running.get(id);
      call?.giveUp(new ProxyError('stopped_by_owner', 'The owner of this proxy stopped the call.'));
      return call !== undefined;
    },
    endAll() {
      for (const call of running.values()) call.giveUp(new ProxyError('draining', 'The proxy is shutting down.'));
    },
  };
}
