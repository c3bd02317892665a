/** Device logins: codes handed out, what the person decided, and how often the program asked (reference §1.1). */
import type { Clock } from '../base/clock.ts';
import type { BearerDesk } from './bearer-desk.ts';
import type { JsonObject } from './json-value.ts';
import type { Scenario } from './scenario.ts';
import { fingerprint } from './seal.ts';

export interface DeviceDesk {
  /** The reply to `POST /login/device/code`; undefined for an app that does not exist. */
  start(clientId: string, origin: string): JsonObject | undefined;
  /** The reply to `POST /login/oauth/access_token`. */
  poll(clientId: string, deviceCode: string, grantType: string, refreshToken?: string): JsonObject;
  /** The person's decision on a code, or on the newest; false where there is none. */
  decide(decision: 'approve' | 'deny', userCode?: string): boolean;
}

interface Login {
  readonly userCode: string;
  readonly clientId: string;
  readonly endMs: number;
  decision: 'approved' | 'denied' | 'asked';
  intervalS: number;
  polls: number;
  lastPollMs: number;
}

const grant = 'urn:ietf:params:oauth:grant-type:device_code';
const letters = 'BCDFGHJKLMNPQRSTVWXZ';

export function createDeviceDesk(
  scenario: Scenario,
  clock: Clock,
  desk: BearerDesk,
  note: (rule: string, detail: string) => void,
): DeviceDesk {
  const logins = new Map<string, Login>();
  const { device } = scenario;
  let started = 0;

  function slowDown(login: Login): JsonObject {
    login.intervalS += 5;
    return {
      ...problem('slow_down', 'Too many requests have been made in the same timeframe.'),
      ...(device.namesInterval ? { interval: login.intervalS } : {}),
    };
  }

  return {
    start(clientId, origin) {
      if (scenario.clientIds[clientId] === undefined) return undefined;
      if (device.error === 'device_flow_disabled')
        return problem(device.error, 'Device Flow must be explicitly enabled for this App');
      started += 1;
      const deviceCode = fingerprint('device-code', String(started)).slice(0, 40);
      const userCode = userCodeOf(started);
      const nowMs = clock.monotonic();
      const { decision, intervalS } = device;
      const endMs = nowMs + device.expiresInS * 1000;
      logins.set(deviceCode, { userCode, clientId, endMs, decision, intervalS, polls: 0, lastPollMs: nowMs });
      return {
        device_code: deviceCode,
        user_code: userCode,
        verification_uri: `${origin}/login/device`,
        expires_in: device.expiresInS,
        interval: intervalS,
      };
    },
    poll(clientId, deviceCode, grantType, refreshToken = '') {
      const prefix = scenario.clientIds[clientId];
      if (prefix === undefined)
        return problem('incorrect_client_credentials', 'The client_id and/or client_secret passed are incorrect.');
      if (grantType === 'refresh_token') {
        const token = desk.renew(refreshToken);
        return token === undefined
          ? problem('bad_refresh_token', 'The refresh token passed is incorrect or expired.')
          : grantOf(desk, token);
      }
      if (grantType !== grant) return problem('unsupported_grant_type', 'The grant type is not supported.');
      const login = logins.get(deviceCode);
      if (login === undefined || login.clientId !== clientId)
        return problem('incorrect_device_code', 'The device_code provided is not valid.');
      const nowMs = clock.monotonic();
      const sinceMs = nowMs - login.lastPollMs;
      login.lastPollMs = nowMs;
      login.polls += 1;
      if (device.error !== null) return problem(device.error, 'As the scenario wants it.');
      if (nowMs >= login.endMs) {
        logins.delete(deviceCode);
        return problem('expired_token', 'The device_code has expired.');
      }
      if (sinceMs < login.intervalS * 1000) {
        note('device-poll-too-fast', `after ${Math.round(sinceMs)} ms, ${login.intervalS} s were asked for`);
        return slowDown(login);
      }
      if (device.slowDownAt.includes(login.polls)) return slowDown(login);
      if (login.polls <= device.pendingPolls || login.decision === 'asked')
        return problem('authorization_pending', 'The authorization request is still pending.');
      logins.delete(deviceCode);
      if (login.decision === 'denied') return problem('access_denied', 'The authorization request was denied.');
      return grantOf(desk, desk.issueGithubToken(prefix));
    },
    decide(decision, userCode) {
      const open = [...logins.values()].filter((one) => userCode === undefined || one.userCode === userCode);
      const login = open.at(-1);
      if (login === undefined) return false;
      login.decision = decision === 'approve' ? 'approved' : 'denied';
      return true;
    },
  };
}

/** The token; of an app with expiring tokens also its end, and what renews it. */
function grantOf(desk: BearerDesk, token: string): JsonObject {
  const renewal = desk.renewalOf(token);
  return {
    access_token: token,
    token_type: 'bearer',
    scope: 'read:user',
    ...(renewal === undefined
      ? {}
      : {
          expires_in: renewal.expiresInS,
          refresh_token: renewal.refreshToken,
          refresh_token_expires_in: 15_897_600,
        }),
  };
}

function problem(error: string, description: string): JsonObject {
  return {
    error,
    error_description: description,
    error_uri: 'https://docs.github.com/developers/apps/authorizing-oauth-apps#error-codes-for-the-device-flow',
  };
}

function userCodeOf(serial: number): string {
  const code = fingerprint('user-code', String(serial))
    .slice(0, 8)
    .split('')
    .map((letter) => letters[letter.charCodeAt(0) % letters.length])
    .join('');
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}
