/** The status of proxy and seats in words. */
import { expect, test } from 'vitest';
import { sampleStatus } from '../../test/support/sample-status.ts';
import type { PaceSummary, UpstreamSummary } from '../control/contract.ts';
import { statusRows } from './status-view.ts';
import type { SeatReport, StatusReport } from './status-view.ts';

const options = { nowMs: Date.UTC(2026, 10, 22, 9, 0, 0), timeZone: 'UTC' };

function report(seat: Partial<SeatReport> = {}, over: Partial<StatusReport> = {}): StatusReport {
  const [summary] = sampleStatus.accounts;
  if (summary === undefined) throw new Error('the sample has an account');
  const seats = [{ ...summary, isDefault: true, plan: 'individual_pro', login: 'octo', ...seat }];
  return { ...sampleStatus, server: sampleStatus, seats, ...over };
}

test('everything of one account, in the order in which one asks', () => {
  expect(statusRows(report(), options)).toEqual([
    ['state', 'running'],
    ['url', 'http://127.0.0.1:4141'],
    ['dashboard', 'http://127.0.0.1:4141/ui/ (`crossfeed ui` opens it)'],
    ['pid', '77'],
    ['version', '1.2.3'],
    ['since', '2026-11-22 08:30 UTC'],
    ['config', 'defaults'],
    ['open', '2'],
    ['exchanges', '12 (1 failed, 3 canceled)'],
    ['account', 'octo on github.com, from device, in the keychain'],
    ['plan', 'individual_pro'],
    ['upstream', 'ready'],
    ['road', 'exchanged: the ghu_ token is exchanged for a short-lived Copilot token'],
    ['host', 'https://api.individual.githubcopilot.com'],
    ['api version', '2026-08-01'],
    ['token', '15 min old, since 2026-11-22 08:45 UTC, until 2026-11-22 09:15 UTC'],
    ['latch', 'open'],
    [
      'identity',
      'client Iv1.b507a08c87ecfe98, vscode-chat, vscode/1.124.2, copilot-chat/0.52.0, GitHubCopilotChat/0.52.0',
    ],
    ['learned', 'nothing'],
  ]);
});

const upstream: UpstreamSummary = sampleStatus.upstream;
const account = sampleStatus.accounts[0]?.account;
if (account === undefined) throw new Error('the sample has an account');
const well = sampleStatus.store;
const fault = { kind: 'full', message: 'x.db: the disk is full: make room.', sinceMs: 1 } as const;
const pace: PaceSummary = { running: 3, queued: 1, concurrency: 16, perSecond: 4, heldUntil: null };

test.each<[string, Partial<SeatReport>, Partial<StatusReport>, string, string]>([
  ['draining', {}, { server: { ...sampleStatus, draining: true } }, 'state', 'draining'],
  [
    "Ollama's port",
    {},
    { server: { ...sampleStatus, ollamaUrl: 'http://127.0.0.1:11434' } },
    'ollama',
    'http://127.0.0.1:11434',
  ],
  [
    'a disk that is full',
    {},
    { server: { ...sampleStatus, store: { ...well, fault, waitingRows: 12 } } },
    'ledger',
    'x.db: the disk is full: make room. 12 exchanges wait to be written',
  ],
  [
    'a disk that was full for long',
    {},
    { server: { ...sampleStatus, store: { ...well, droppedRows: 3, droppedNanoAiu: 25e8 } } },
    'ledger',
    '3 exchanges of 2.5 credits could not be kept and are not in it',
  ],
  [
    'one that still is',
    {},
    { server: { ...sampleStatus, store: { fault, waitingRows: 12, droppedRows: 3, droppedNanoAiu: 25e8 } } },
    'ledger',
    'x.db: the disk is full: make room. 12 exchanges wait to be written; 3 exchanges of 2.5 credits could not be kept and are not in it',
  ],
  ['nothing runs', {}, { server: null }, 'state', 'not running; GitHub was asked directly'],
  ['nothing runs, nobody signed in', {}, { server: null, seats: [] }, 'account', 'none: run `crossfeed login`'],
  [
    'a second account',
    { isDefault: false },
    {},
    'account',
    'octo on github.com, from device, in the keychain, not the default',
  ],
  [
    'a token of the environment',
    { account: { ...account, name: 'environment', source: 'environment' } },
    {},
    'account',
    'environment (octo) on github.com, from the environment',
  ],
  [
    'a token of this start alone',
    { account: { ...account, name: 'environment', source: 'stdin', secretStore: 'file', createdAt: 0 } },
    {},
    'account',
    'environment (octo) on github.com, from stdin, kept nowhere',
  ],
  [
    'no bearer yet',
    { upstream: { ...upstream, bearerSince: null, apiOrigin: null } },
    {},
    'host',
    'not known yet (github.com)',
  ],
  [
    'a direct token',
    { upstream: { ...upstream, bearerExpires: null } },
    {},
    'token',
    '15 min old, since 2026-11-22 08:45 UTC, without an end',
  ],
  ['paced', { limits: pace }, {}, 'pace', '3 of 16 running, 1 waiting, 4 a second'],
  [
    'held',
    { limits: { ...pace, heldUntil: options.nowMs } },
    {},
    'pace',
    '3 of 16 running, 1 waiting, 4 a second; GitHub holds it until 2026-11-22 09:00 UTC',
  ],
  [
    'another road that adds nothing',
    { upstream: { ...upstream, road: 'direct' }, otherRoadModels: [] },
    {},
    'other road',
    'adds no model',
  ],
  [
    'another road',
    { upstream: { ...upstream, road: 'direct' }, otherRoadModels: ['a', 'b'] },
    {},
    'other road',
    'adds a, b',
  ],
  [
    'no other road',
    { upstream: { ...upstream, road: 'direct' }, otherRoadModels: null },
    {},
    'other road',
    'cannot be told',
  ],
  ['accounts that nobody used', {}, { idleAccounts: ['work', 'home'] }, 'also', 'work, home (signed in, not used yet)'],
  ['a learned version', {}, { learned: ['One.', 'Two.'] }, 'learned', 'One. Two.'],
])('%s', (_, seat, over, name, text) => {
  expect(Object.fromEntries(statusRows(report(seat, over), options))[name]).toBe(text);
});

test('who came by the exchanged road hears of the one that GitHub documents', () => {
  const rows = Object.fromEntries(statusRows(report({ otherRoadModels: [] }), options));
  expect(rows['other road']).toMatch(/GitHub documents the direct road.*crossfeed login/);
});
