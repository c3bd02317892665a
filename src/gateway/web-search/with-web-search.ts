/** A gateway whose models can search the web: where their endpoint cannot, the proxy makes the searches for them. */
import type { Clock } from '../../base/clock.ts';
import type { ProtocolId } from '../../canonical/protocol-id.ts';
import type { SearchWay } from '../../canonical/web-search.ts';
import type { LimitsConfig, WebSearchConfig } from '../../config/config.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { parseExactJson } from '../../framing/latin1-json.ts';
import { objectOf } from '../../canonical/json-value.ts';
import type { AnswerOutput } from '../answer-output.ts';
import type { Gateway, GatewayRequest } from '../gateway.ts';
import { readRequestBody, type RequestBody } from '../request-body.ts';
import { sessionOf } from '../session.ts';
import { messagesSearch } from './messages-search.ts';
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

const faces: Partial<Readonly<Record<ProtocolId, SearchFace>>> = { 'anthropic-messages': messagesSearch };

/** What no request without searches has in it: all that most requests pay for this. */
const marks: Partial<Readonly<Record<ProtocolId, string>>> = { 'anthropic-messages': 'web_search' };

interface Found {
  readonly face: SearchFace;
  readonly body: RequestBody;
  readonly rewrite: SearchRewrite;
  readonly request: GatewayRequest;
}

export function withWebSearch(gateway: Gateway, options: WebSearchOptions): Gateway {
  const { limits, clock, newId, settings, onProblem } = options;
  const runs = new Map<string, SearchRun>();
  const running = { gateway, clock, newId, settings, onProblem, ...limits };

  /** Undefined where nothing of the request is about searches, or it is one that the gateway refuses. */
  function find(request: GatewayRequest): Found | undefined {
    const { protocol, operation } = request.route;
    const mark = marks[protocol];
    if (mark === undefined || operation === 'embed' || !request.body.includes(mark)) return undefined;
    const face = faces[protocol];
    if (face === undefined) return undefined;
    try {
      const body = readRequestBody(request.body, limits);
      const rewrite = face.rewrite(objectOf(parseExactJson(body.bytes.toString('utf8'))));
      if (rewrite === null) return undefined;
      const changed = Buffer.from(JSON.stringify(rewrite.view));
      return { face, body, rewrite, request: { ...request, body: changed, edits: rewrite.edits } };
    } catch {
      // What is wrong with it is the gateway's to say.
      return undefined;
    }
  }

  function answer(asked: GatewayRequest, output: AnswerOutput) {
    const found = find(asked);
    if (found === undefined) return gateway.answer(asked, output);
    const { request, rewrite, face, body } = found;
    const { terms, view } = rewrite;
    if (terms === null || request.route.operation !== 'generate') return gateway.answer(request, output);
    const { exchangeId, caller, headers } = request;
    const session = sessionOf(headers, body.view, caller.keyId);
    const way = options.wayOf({ caller, headers, session, parentId: exchangeId });
    const run = startSearchRun(running, {
      request,
      session,
      output,
      weaver: face.weave(view),
      terms,
      way,
      stream: request.route.urlSays?.stream ?? body.view['stream'] === true,
      onEnd: () => runs.delete(exchangeId),
    });
    runs.set(exchangeId, run);
  }

  const changedOf = (request: GatewayRequest) => find(request)?.request ?? request;

  return {
    ...gateway,
    answer,
    preview: (request) => gateway.preview(changedOf(request)),
    estimate: (request) => gateway.estimate(changedOf(request)),
    nextCall: (session) => gateway.nextCall(session),
    get open() {
      return gateway.open + [...runs.values()].filter(({ isBetween }) => isBetween).length;
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
