/** Checks requests on the control socket. Loaded with the first request: a server nobody asks never pays for it. */
import { z } from 'zod';
import { spendKinds } from '../canonical/spend-figures.ts';
import type { ControlArgs, ControlOperation } from './contract.ts';

const noArgs = z.strictObject({});
const account = z.string().min(1).max(300).optional();
const model = z.string().min(1).max(300);

const sinceMs = z.number().min(0).optional();
const keyId = z.string().min(1).max(100).optional();
const sessionId = z.string().regex(/^[0-9a-f]{1,16}$/);

const argsOf = {
  status: noArgs,
  exchanges: z.strictObject({
    limit: z.int().min(1).max(10_000),
    session: z
      .string()
      .regex(/^[0-9a-f]{1,16}$/)
      .optional(),
  }),
  findExchanges: z.strictObject({
    before: z.int().min(1).optional(),
    limit: z.int().min(1).max(200),
    words: z.string().max(300).optional(),
    outcome: z.literal(['finished', 'failed', 'canceled']).optional(),
    lane: z.literal(['raw', 'patched', 'translated']).optional(),
    model: z.string().min(1).max(300).optional(),
    session: z.string().min(1).max(100).optional(),
    keyId,
    parentId: z.string().min(1).max(200).optional(),
    sinceMs,
    untilMs: sinceMs,
  }),
  sessionLine: z.strictObject({ marker: z.string().min(1).max(300) }),
  exchange: z.strictObject({ id: z.string().min(1).max(200) }),
  captured: z.strictObject({ id: z.string().min(1).max(200) }),
  capsule: z.strictObject({ id: z.string().min(1).max(200), withoutBodies: z.boolean().optional() }),
  spend: z.strictObject({ by: z.enum(spendKinds), sinceMs, keyId, session: sessionId.optional() }),
  spendCauses: z.strictObject({ sinceMs: z.number().min(0) }),
  spendDays: z.strictObject({
    by: z.enum(spendKinds).exclude(['day']),
    sinceMs: z.number().min(0),
    keyId,
  }),
  sessions: z.strictObject({ sinceMs, keyId, limit: z.int().min(1).max(10_000) }),
  session: z.strictObject({ id: sessionId }),
  promptCache: z.strictObject({ session: sessionId.optional() }),
  reconcile: z.strictObject({ account, sinceMs: z.number().min(0) }),
  quota: z.strictObject({ account, maxAgeMs: z.int().min(0).optional() }),
  models: z.strictObject({ account }),
  aliases: z.strictObject({ account }),
  otherRoadModels: z.strictObject({ account }),
  modelTerms: z.strictObject({ account, model }),
  enableModel: z.strictObject({ account, model }),
  budgets: z.strictObject({
    session: z
      .string()
      .regex(/^[0-9a-f]{1,16}$/)
      .optional(),
  }),
  approvals: noArgs,
  answerApproval: z.strictObject({
    id: z.string().regex(/^\d{1,15}$/),
    answer: z.literal(['allow', 'deny', 'session']),
  }),
  reload: noArgs,
  resume: z.strictObject({ account }),
  forget: z.strictObject({ rule: z.string().min(1).max(100).optional() }),
  stopExchange: z.strictObject({ id: z.string().min(1).max(200) }),
  pause: z.strictObject({ paused: z.boolean() }),
  changeBudget: z.strictObject({
    of: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('all') }),
      z.strictObject({ kind: z.literal('key'), keyId: z.string().min(1).max(100) }),
      z.strictObject({ kind: z.literal('project'), project: z.string().min(1).max(100) }),
    ]),
    per: z.literal(['request', 'session', 'day', 'month', 'ever']),
    mode: z.literal(['soft', 'ask', 'hard']),
    nanoAiu: z.int().min(1).max(1e15).nullable(),
  }),
  keys: noArgs,
  connectedTools: noArgs,
  addKey: z.strictObject({
    label: z.string().min(1).max(64),
    project: z.string().min(1).max(64).optional(),
    account,
    days: z.int().min(1).max(3650).optional(),
  }),
  revokeKey: z.strictObject({ id: z.string().min(1).max(100) }),
  settings: noArgs,
  dashboardLink: noArgs,
  stop: z.strictObject({ now: z.boolean().optional() }),
} satisfies { readonly [O in ControlOperation]: z.ZodType<ControlArgs<O>> };

const requestSchema = z.discriminatedUnion('operation', [
  z.strictObject({ operation: z.literal('status'), args: argsOf.status }),
  z.strictObject({ operation: z.literal('exchanges'), args: argsOf.exchanges }),
  z.strictObject({ operation: z.literal('findExchanges'), args: argsOf.findExchanges }),
  z.strictObject({ operation: z.literal('sessionLine'), args: argsOf.sessionLine }),
  z.strictObject({ operation: z.literal('exchange'), args: argsOf.exchange }),
  z.strictObject({ operation: z.literal('captured'), args: argsOf.captured }),
  z.strictObject({ operation: z.literal('capsule'), args: argsOf.capsule }),
  z.strictObject({ operation: z.literal('spend'), args: argsOf.spend }),
  z.strictObject({ operation: z.literal('spendCauses'), args: argsOf.spendCauses }),
  z.strictObject({ operation: z.literal('spendDays'), args: argsOf.spendDays }),
  z.strictObject({ operation: z.literal('sessions'), args: argsOf.sessions }),
  z.strictObject({ operation: z.literal('session'), args: argsOf.session }),
  z.strictObject({ operation: z.literal('promptCache'), args: argsOf.promptCache }),
  z.strictObject({ operation: z.literal('reconcile'), args: argsOf.reconcile }),
  z.strictObject({ operation: z.literal('quota'), args: argsOf.quota }),
  z.strictObject({ operation: z.literal('models'), args: argsOf.models }),
  z.strictObject({ operation: z.literal('aliases'), args: argsOf.aliases }),
  z.strictObject({ operation: z.literal('otherRoadModels'), args: argsOf.otherRoadModels }),
  z.strictObject({ operation: z.literal('modelTerms'), args: argsOf.modelTerms }),
  z.strictObject({ operation: z.literal('enableModel'), args: argsOf.enableModel }),
  z.strictObject({ operation: z.literal('budgets'), args: argsOf.budgets }),
  z.strictObject({ operation: z.literal('approvals'), args: argsOf.approvals }),
  z.strictObject({ operation: z.literal('answerApproval'), args: argsOf.answerApproval }),
  z.strictObject({ operation: z.literal('reload'), args: argsOf.reload }),
  z.strictObject({ operation: z.literal('resume'), args: argsOf.resume }),
  z.strictObject({ operation: z.literal('forget'), args: argsOf.forget }),
  z.strictObject({ operation: z.literal('stopExchange'), args: argsOf.stopExchange }),
  z.strictObject({ operation: z.literal('pause'), args: argsOf.pause }),
  z.strictObject({ operation: z.literal('changeBudget'), args: argsOf.changeBudget }),
  z.strictObject({ operation: z.literal('keys'), args: argsOf.keys }),
  z.strictObject({ operation: z.literal('connectedTools'), args: argsOf.connectedTools }),
  z.strictObject({ operation: z.literal('addKey'), args: argsOf.addKey }),
  z.strictObject({ operation: z.literal('revokeKey'), args: argsOf.revokeKey }),
  z.strictObject({ operation: z.literal('settings'), args: argsOf.settings }),
  z.strictObject({ operation: z.literal('dashboardLink'), args: argsOf.dashboardLink }),
  z.strictObject({ operation: z.literal('stop'), args: argsOf.stop }),
  z.strictObject({ operation: z.literal('events'), args: noArgs }),
]);

export type CheckedRequest = z.output<typeof requestSchema>;

type Parsed = { readonly request: CheckedRequest } | { readonly problem: string };

/** The request in a line, or what is wrong with it in one sentence. */
export function parseRequest(line: string): Parsed {
  try {
    return parseQuestion(JSON.parse(line));
  } catch {
    return { problem: 'The line is not JSON.' };
  }
}

/** The same of a value. */
export function parseQuestion(value: unknown): Parsed {
  const checked = requestSchema.safeParse(value);
  return checked.success ? { request: checked.data } : { problem: z.prettifyError(checked.error) };
}
