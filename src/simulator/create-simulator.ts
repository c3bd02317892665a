/** Builds a simulator: github.com, api.github.com and the Copilot API behind one `node:http` listener. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../base/clock.ts';
import { answerAuto, isAutoPath } from './auto-api.ts';
import { catalogRow } from './catalog-row.ts';
import { answerControl } from './control-api.ts';
import { createStage, refuseChanges } from './create-stage.ts';
import { createFaultQueue } from './faults.ts';
import { githubNotFound } from './exchange-refusals.ts';
import { answerGithub } from './github-api.ts';
import { refuseCaller } from './header-gates.ts';
import { parseJson } from './json-value.ts';
import { answerModelCall, isModelCall, listedModels } from './model-api.ts';
import { answerLogin, isLoginPath } from './login-api.ts';
import { answerPolicy, isPolicyPath } from './policy-api.ts';
import { nestedRefusal, plainRefusal } from './refusal.ts';
import { createRefusedInputs } from './refused-inputs.ts';
import { createRequestLog, type OpenRecord } from './request-log.ts';
import { defaultScenario, type Scenario } from './scenario.ts';
import { stateOf } from './seat-state.ts';
import { playOnStage } from './stage-faults.ts';
import type { Visit } from './stage.ts';
import type { Simulator, SimulatorOptions } from './simulator.ts';
import { createUpgrades } from './upgrade.ts';
import { createVisit } from './visit.ts';

const shortNames: Readonly<Record<string, string>> = {
  token: '/copilot_internal/v2/token',
  user: '/copilot_internal/user',
  models: '/models',
  device: '/login/device/code',
  login: '/login/oauth/access_token',
};

/** As the real one: a body above this is refused with 413. */
const maxBodyBytes = 64 * 1024 * 1024;

export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const clock = options.clock ?? systemClock;
  const scenario: Scenario = { ...defaultScenario, ...options.scenario };
  const log = createRequestLog();
  const faults = createFaultQueue();
  for (const fault of scenario.faults) faults.add(fault);
  const refused = createRefusedInputs();
  let visits = 0;
  let openStreams = 0;
  let server: Server | undefined;
  /** The request whose rules are being looked at: that happens in one go. */
  let judged = 0;
  const note = (path: string, rule: string, detail: string) => {
    const breach = { at: clock.now(), request: judged, path, rule, detail };
    log.breach(breach);
    options.onBreach?.(breach);
  };
  const stage = createStage(scenario, clock, note, (charge) => options.onCharge?.(charge));

  const countStream = (step: 1 | -1) => (openStreams += step);

  function recordOf(request: IncomingMessage, path: string, query: string): OpenRecord {
    return {
      number: visits,
      method: request.method ?? 'GET',
      path,
      query,
      headers: request.headers,
      body: Buffer.alloc(0),
      json: undefined,
      at: clock.now(),
      status: null,
      ended: 'open',
    };
  }

  const upgrades = createUpgrades({
    stage,
    open(request, method, json, headers) {
      visits += 1;
      judged = visits;
      const record = { ...recordOf(request, '/responses', ''), method, json, headers };
      log.open(record);
      return record;
    },
    take: (path) => faults.take(path),
    countStream,
  });

  function listener(request: IncomingMessage, response: ServerResponse): void {
    const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
    const isControl = path.startsWith('/_simulator/');
    if (!isControl) visits += 1;
    const record = recordOf(request, path, query);
    if (!isControl) log.open(record);
    response.once('close', () => {
      if (record.ended === 'open') record.ended = response.writableFinished ? 'answered' : 'client-left';
    });
    // A client that resets in mid-request is no failure of ours.
    request.on('error', () => {});
    response.on('error', () => {});
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBodyBytes) chunks.push(chunk);
    });
    request.on('end', () => {
      record.body = Buffer.concat(chunks);
      record.json = bodyJson(record.body);
      if (!isControl) log.arrived(record);
      const strikes = isControl ? [] : faults.take(path);
      const visit = createVisit(request, response, { record, strikes, clock, countStream });
      if (size > maxBodyBytes) return visit.refuse(plainRefusal(413, 'Request Entity Too Large'));
      if (isControl)
        return answerControl(visit, {
          log,
          faults,
          refused,
          reset,
          device: stage.device,
          stage,
          openStreams: () => openStreams,
        });
      judged = record.number;
      playOnStage(stage, strikes);
      if (!visit.strike(strikes)) attempt(visit);
    });
  }

  /** Rubbish that gets past every rule (JSON nested beyond the stack) is refused too, and shown to the test. */
  function attempt(visit: Visit): void {
    try {
      route(visit);
    } catch (thrown) {
      stage.note(visit.record.path, 'rubbish', String(thrown));
      visit.refuse({ status: 400, body: { error: { message: 'failed to parse request', code: '' } } });
    }
  }

  function route(visit: Visit): void {
    const { method, path } = visit.record;
    if (isLoginPath(path)) return answerLogin(visit, stage.device);
    const reply = answerGithub(stage, visit);
    if (reply !== undefined) return visit.json(reply.status, reply.body, reply.headers);
    const isList = method === 'GET' && (path === '/models' || path.startsWith('/models/'));
    const isCall = method === 'POST' && isModelCall(path);
    const isPolicy = method === 'POST' && isPolicyPath(path);
    const isAuto = method === 'POST' && isAutoPath(path);
    if (!isList && !isCall && !isPolicy && !isAuto) return visit.json(404, githubNotFound.body);
    if (scenario.apiHostname !== null && new URL(visit.origin).hostname !== scenario.apiHostname)
      return visit.refuse(plainRefusal(421, 'Misdirected Request'));
    const refusal = refuseCaller(visit.headers, stage.desk, scenario, (rule, detail) => stage.note(path, rule, detail));
    if (refusal !== undefined) return visit.refuse(refusal);
    const { headers, body, json } = visit.record;
    const refusedInput = isCall && refused.refuse({ path, headers, body: json, bodyBytes: body.length });
    if (refusedInput) return visit.refuse(refusedInput);
    if (isCall) return answerModelCall(stage, visit);
    if (isPolicy) return answerPolicy(stage, visit);
    if (isAuto) return answerAuto(stage, visit);
    const rows = listedModels(stage, visit).map((spec) => catalogRow(spec, scenario));
    if (path === '/models') return visit.json(200, { object: 'list', data: rows });
    const row = rows.find((one) => path === `/models/${String(one['id'])}`);
    if (row === undefined) return visit.refuse(nestedRefusal(404, 'model not found', 'model_not_found'));
    visit.json(200, row);
  }

  function reset(): void {
    log.clear();
    faults.clear();
    refused.clear();
  }

  return {
    listener,
    upgrade: upgrades.accept,
    listen({ host = '127.0.0.1', port = 0 } = {}) {
      if (server !== undefined) return Promise.reject(new Error('this simulator listens already'));
      const started = createServer(listener).on('upgrade', upgrades.accept);
      server = started;
      return new Promise((resolve, reject) => {
        started.once('error', (error) => {
          server = undefined;
          reject(error);
        });
        started.listen(port, host, () => {
          const address = started.address() as AddressInfo;
          const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
          resolve({ url: `http://${name}:${address.port}`, port: address.port });
        });
      });
    },
    requests: log.requests,
    requestsTo: (path) => log.requests.filter((one) => one.path === (shortNames[path] ?? path)),
    breaches: log.breaches,
    addFault: (fault) => faults.add(fault),
    changeScenario(changes) {
      const problem = refuseChanges(scenario, changes);
      if (problem !== undefined) throw new TypeError(problem);
      stage.change(changes);
    },
    get state() {
      return stateOf(stage, openStreams);
    },
    refuseInput: (rule) => refused.add(rule),
    revokeTokens: () => stage.desk.revokeAll(),
    revokeLogins: () => stage.desk.revokeGithubTokens(),
    decideLogin: (decision, userCode) => stage.device.decide(decision, userCode),
    get openStreams() {
      return openStreams;
    },
    close: () =>
      new Promise((resolve) => {
        if (server === undefined) return resolve();
        server.close(() => resolve());
        server.closeAllConnections();
        upgrades.closeAll();
        server = undefined;
      }),
  };
}

/** Undefined where the bytes are not UTF-8 or not JSON. */
function bodyJson(body: Buffer): unknown {
  const text = body.toString('utf8');
  return text.includes('\uFFFD') && !Buffer.from(text, 'utf8').equals(body) ? undefined : parseJson(text);
}
