/** Takes upgrades of `GET /responses` to a WebSocket, behind the gates that every call has; refuses all others. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FaultAction } from './faults.ts';
import { refuseCaller } from './header-gates.ts';
import { objectOf, stringOf } from './json-value.ts';
import { answerModelCall } from './model-api.ts';
import { endpointsOf } from './models.ts';
import { currentModels } from './policy-api.ts';
import { nestedRefusal, plainRefusal, type Refusal } from './refusal.ts';
import type { OpenRecord } from './request-log.ts';
import { createResponsesSocket } from './responses-socket.ts';
import type { Stage, Visit } from './stage.ts';
import { acceptWebSocket, type WebSocketPeer } from './web-socket.ts';

export interface UpgradeParts {
  readonly stage: Stage;
  /** Opens a record in the log; `WS` is the method of a frame. */
  open(request: IncomingMessage, method: string, json: unknown, headers: IncomingHttpHeaders): OpenRecord;
  take(path: string): readonly FaultAction[];
  countStream(step: 1 | -1): void;
}

export interface Upgrades {
  readonly accept: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  closeAll(): void;
}

/** What faults name to strike a frame rather than an HTTP request. */
const socketPath = 'ws:/responses';
/** Connections end after about an hour, whatever runs on them. */
const lifeMs = 3_600_000;

export function createUpgrades(parts: UpgradeParts): Upgrades {
  const { stage } = parts;
  const sockets = new Set<Duplex>();

  function refuseUpgrade(request: IncomingMessage, path: string): Refusal | undefined {
    const { scenario, desk } = stage;
    const { hostname } = new URL(originOf(request));
    if (path !== '/responses') return plainRefusal(404, 'Not Found');
    if (scenario.apiHostname !== null && hostname !== scenario.apiHostname)
      return plainRefusal(421, 'Misdirected Request');
    if (request.headers['sec-websocket-key'] === undefined || !/^websocket$/i.test(request.headers.upgrade ?? ''))
      return plainRefusal(400, 'Bad Request');
    return refuseCaller(request.headers, desk, scenario, (rule, detail) => stage.note(path, rule, detail));
  }

  function answer(visit: Visit): void {
    const id = stringOf(objectOf(visit.record.json)['model']);
    const model = currentModels(stage).find((one) => one.id === id);
    if (model !== undefined && !endpointsOf(model).includes(socketPath))
      return visit.refuse(
        nestedRefusal(
          400,
          `model "${id}" is not accessible via the ${socketPath} endpoint`,
          'unsupported_api_for_model',
        ),
      );
    answerModelCall(stage, visit);
  }

  return {
    accept(request, socket, head) {
      sockets.add(socket);
      const [path = '/'] = (request.url ?? '/').split('?', 1);
      const refusal = refuseUpgrade(request, path);
      if (refusal !== undefined) {
        socket.on('error', () => {});
        socket.once('close', () => sockets.delete(socket));
        const body = typeof refusal.body === 'string' ? refusal.body : JSON.stringify(refusal.body);
        const head = `content-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}`;
        return void socket.end(`HTTP/1.1 ${refusal.status} Refused\r\n${head}\r\nconnection: close\r\n\r\n${body}`);
      }
      const calls = createResponsesSocket(() => peer, {
        stage,
        clock: stage.clock,
        headers: request.headers,
        origin: originOf(request),
        open: (json, headers) => parts.open(request, 'WS', json, headers),
        strikes: () => parts.take(socketPath),
        countStream: (step) => parts.countStream(step),
        answer,
      });
      const life = stage.clock.after(lifeMs, () => peer.close(1000, 'connection lifetime'));
      const peer: WebSocketPeer = acceptWebSocket(
        request,
        socket,
        head,
        { 'x-github-request-id': 'SIM1:WS' },
        {
          onText: (text) => calls.onText(text),
          onClose() {
            life.cancel();
            sockets.delete(socket);
            calls.onClose();
          },
        },
      );
    },
    closeAll() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function originOf(request: IncomingMessage): string {
  return `http://${request.headers.host ?? 'localhost'}`;
}
