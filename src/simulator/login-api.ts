/** github.com's sign-in: the two routes of the device flow, in JSON or form encoding (reference §1.1). */
import type { DeviceDesk } from './device-desk.ts';
import { isObject, stringOf } from './json-value.ts';
import type { JsonObject } from './json-value.ts';
import type { Visit } from './stage.ts';

const paths = { code: '/login/device/code', token: '/login/oauth/access_token' } as const;

export function isLoginPath(path: string): boolean {
  return path === paths.code || path === paths.token;
}

export function answerLogin(visit: Visit, desk: DeviceDesk): void {
  const { method, path } = visit.record;
  const fields = fieldsOf(visit);
  const clientId = fields('client_id');
  if (method !== 'POST') return reply(visit, 404, { error: 'Not Found' });
  if (path === paths.token)
    return reply(visit, 200, desk.poll(clientId, fields('device_code'), fields('grant_type'), fields('refresh_token')));
  const started = desk.start(clientId, visit.origin);
  if (started === undefined) return reply(visit, 404, { error: 'Not Found' });
  reply(visit, 200, started);
}

/** The body's fields, whichever of the two encodings it has. */
function fieldsOf(visit: Visit): (name: string) => string {
  const { json, body } = visit.record;
  if (isObject(json)) return (name) => stringOf(json[name]);
  const form = new URLSearchParams(body.toString('utf8'));
  return (name) => form.get(name) ?? '';
}

/** GitHub answers in form encoding unless JSON is asked for. */
function reply(visit: Visit, status: number, body: JsonObject): void {
  if (/\bapplication\/json\b/i.test(visit.headers.accept ?? '')) return visit.json(status, body);
  const fields = Object.entries(body).map(([name, value]): [string, string] => [name, String(value)]);
  visit.text(status, 'application/x-www-form-urlencoded; charset=utf-8', new URLSearchParams(fields).toString());
}
