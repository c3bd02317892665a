/** What a running proxy with one account says of itself, to be varied by a test. */
import type { ServerStatus, UpstreamSummary } from '../../src/control/contract.ts';

const upstream: UpstreamSummary = {
  ready: true,
  road: 'exchanged',
  apiOrigin: 'https://api.individual.githubcopilot.com',
  apiVersion: '2026-08-01',
  credentialKind: 'ghu_',
  bearerSince: Date.UTC(2026, 10, 22, 8, 45, 0),
  bearerExpires: Date.UTC(2026, 10, 22, 9, 15, 0),
  blockedSince: null,
  problem: null,
};

export const sampleStatus: ServerStatus = {
  pid: 77,
  version: '1.2.3',
  url: 'http://127.0.0.1:4141',
  ollamaUrl: null,
  metricsUrl: null,
  startedAt: Date.UTC(2026, 10, 22, 8, 30, 0),
  draining: false,
  capture: null,
  store: { fault: null, waitingRows: 0, droppedRows: 0, droppedNanoAiu: 0 },
  openExchanges: 2,
  counters: { exchanges: 12, failed: 1, canceled: 3 },
  configFile: null,
  dashboard: true,
  upstream,
  accounts: [
    {
      account: {
        name: 'octo',
        login: 'octo',
        host: 'github.com',
        tokenKind: 'ghu_',
        secretStore: 'keychain',
        source: 'device',
        createdAt: Date.UTC(2026, 10, 1),
      },
      upstream,
    },
  ],
  idleAccounts: [],
  identity: {
    clientId: 'Iv1.b507a08c87ecfe98',
    integrationId: 'vscode-chat',
    editorVersion: 'vscode/1.124.2',
    editorPluginVersion: 'copilot-chat/0.52.0',
    userAgent: 'GitHubCopilotChat/0.52.0',
  },
  learned: [],
  learnedRules: [],
};
