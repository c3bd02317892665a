/** A gateway whose models can search the web: where their endpoint cannot, the proxy makes the searches for them. */
import type { Clock } from '../../base/clock.ts';
import type { Endpoint, ProtocolId } from '../../canonical/protocol-id.ts';
import type { SearchWay } from '../../canonical/web-search.ts';
import type { LimitsConfig, WebSearchConfig } from '../../config/config.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { parseExactJson } from '../../framing/latin1-json.ts';
import { objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { AnswerOutput } from '../answer-output.ts';
import type { Gateway, GatewayRequest, PlanningGateway } from '../gateway.ts';
import { readRequestBody, type RequestBody } from '../request-body.ts';
import { sessionOf } from '../session.ts';
import { chatSearch } from './chat-search.ts';
import { createFramedOutput } from './framed-output.ts';
import { geminiSearch } from './gemini-search.ts';
import { messagesSearch } from './messages-search.ts';
import { responsesSearch } from './responses-search.ts';
import type { SearchFace, SearchRewrite } from './search-face.ts';
import { startSearchRun, type SearchRun } from './search-run.ts';
import type { SearchAsker } from './seat-search.ts';

export interface WebSearchOptions {
  readonly settings: Pick<WebSearchConfig, 'maxUses' | 'maxResults'>;
  readonly wayOf: (asker: SearchAsker) => SearchWay;
  readonly limits: LimitsConfig;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly onProblem: (problem: string, detail: string | undefined) => void;
}

const faces: Partial<Readonly<Record<ProtocolId, SearchFace>>> = {
  'anthropic-messages': messagesSearch,
  'openai-responses': responsesSearch,
  'openai-chat': chatSearch,
  gemini: geminiSearch,
};

/** What no request without searches has in it: all that most requests pay for this. */
const marks: Partial<Readonly<Record<ProtocolId, readonly string[]>>> = {
  'anthropic-messages': ['web_search'],
  'openai-responses': ['web_search'],
  'openai-chat': ['web_search_options'],
  gemini: ['googleSearch', 'google_search'],
};

function mayAsk({ route, body }: GatewayRequest): boolean {
  if (route.operation === 'embed') return false;
  return marks[route.protocol]?.some((mark) => body.includes(mark, 0, 'latin1')) ?? false;
}

/** Copilot runs the search of these itself. */
const ownSearch: Partial<Readonly<Record<ProtocolId, Endpoint>>> = { 'openai-responses': '/responses' };

interface Found {
  readonly face: SearchFace;
  readonly body: RequestBody;
  readonly asked: JsonObject;
  readonly rewrite: SearchRewrite;
  readonly request: GatewayRequest;
}

export function withWebSearch(gateway: PlanningGateway, options: WebSearchOptions): Gateway {
  const { limits, clock, newId, settings, onProblem } = options;
  const runs = new Map<string, SearchRun>();
  /** Requests whose model is looked for. */
  let asking = 0;
  const running = { gateway, clock, newId, settings, onProblem, ...limits };

  /** Undefined where nothing of the request is about searches, or it is one that the gateway refuses. */
  function find(request: GatewayRequest): Found | undefined {
    const face = faces[request.route.protocol];
    if (face === undefined || !mayAsk(request)) return undefined;
    try {
      const body = readRequestBody(request.body, limits);
      const asked = objectOf(parseExactJson(body.bytes.toString('utf8')));
      const rewrite = face.rewrite(asked);
      if (rewrite === null) return undefined;
      const changed = Buffer.from(JSON.stringify(rewrite.view));
      return { face, body, asked, rewrite, request: { ...request, body: changed, edits: rewrite.edits } };
    } catch {
      // What is wrong with it is the gateway's to say.
      return undefined;
    }
  }

  function answer(asked: GatewayRequest, output: AnswerOutput) {
    if (!mayAsk(asked)) return gateway.answer(asked, output);
    if (ownSearch[asked.route.protocol] === undefined) return answerFound(asked, output);
    let hasLeft = false;
    const onLeft = () => {
      hasLeft = true;
    };
    asking += 1;
    const { socket } = output;
    output.on('close', onLeft);
    socket?.on('end', onLeft);
    void isFulfilled(asked).then((fulfilled) => {
      asking -= 1;
      output.off('close', onLeft);
      socket?.off('end', onLeft);
      if (hasLeft) return;
      if (fulfilled) gateway.answer(asked, output);
      else answerFound(asked, output);
    });
  }

  /** Whether the request is asked where the search needs nobody else. */
  async function isFulfilled(request: GatewayRequest): Promise<boolean> {
    try {
      return (await gateway.endpointOf(request)) === ownSearch[request.route.protocol];
    } catch {
      // What is wrong with it is the gateway's to say.
      return true;
    }
  }

  function answerFound(came: GatewayRequest, output: AnswerOutput) {
    const found = find(came);
    if (found === undefined) return gateway.answer(came, output);
    const { request, rewrite, asked, face, body } = found;
    const { framing, ...route } = request.route;
    const { terms, view } = rewrite;
    if (terms === null || request.route.operation !== 'generate') return gateway.answer(request, output);
    const { exchangeId, caller, headers } = request;
    const session = sessionOf(headers, body.view, caller.keyId);
    const way = options.wayOf({ caller, headers, session, parentId: exchangeId });
    const run = startSearchRun(running, {
      // Woven of events, whatever frames them on their way down.
      request: { ...request, route },
      session,
      output: framing === undefined ? output : createFramedOutput(output, framing),
      weaver: face.weave(view, asked),
      terms,
      way,
      stream: request.route.urlSays?.stream ?? body.view['stream'] === true,
      onEnd: () => runs.delete(exchangeId),
    });
    runs.set(exchangeId, run);
  }

  async function changed(request: GatewayRequest): Promise<GatewayRequest> {
    if (!mayAsk(request)) return request;
    const needsNobody = ownSearch[request.route.protocol] !== undefined && (await isFulfilled(request));
    return needsNobody ? request : (find(request)?.request ?? request);
  }

  return {
    ...gateway,
    answer,
    preview: async (request) => gateway.preview(await changed(request)),
    estimate: async (request) => gateway.estimate(await changed(request)),
    nextCall: (session) => gateway.nextCall(session),
    get open() {
      return gateway.open + asking + [...runs.values()].filter(({ isBetween }) => isBetween).length;
    },
    stop(id) {
      const stepId = runs.get(id)?.stepId;
      if (gateway.stop(stepId ?? id)) return true;
      const run = runs.get(id);
      run?.giveUp(new ProxyError('stopped_by_owner', 'The owner of this proxy stopped the call.'));
      return run !== undefined;
    },
    endAll() {
      // The others end with their exchange.
      const between = [...runs.values()].filter(({ isBetween }) => isBetween);
      gateway.endAll();
      for (const run of between) run.giveUp(new ProxyError('draining', 'The proxy is shutting down.'));
    },
  };
}
