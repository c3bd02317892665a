/** The checks in front of every model call: bearer, editor, integration, vision, initiator (reference §2, §8). */
import type { IncomingHttpHeaders } from 'node:http';
import type { BearerDesk } from './bearer-desk.ts';
import { declaresOwnCall, expectedInitiator } from './initiator-rule.ts';
import { arrayOf, isObject, stringOf, type JsonObject } from './json-value.ts';
import { namedRefusals } from './named-refusals.ts';
import { plainRefusal, type Refusal } from './refusal.ts';
import type { Scenario } from './scenario.ts';

/** Notes a breach of the rule named. */
export type NoteBreach = (rule: string, detail: string) => void;

const knownEditors =
  /^(?:vscode|vscode-insiders|Zed|Neovim|Vim|JetBrains-\w+|Xcode|VisualStudio|copilot-cli|crossfeed)\/\S+$/i;

/** Gates that every path of the Copilot API has. */
export function refuseCaller(
  headers: IncomingHttpHeaders,
  desk: BearerDesk,
  scenario: Scenario,
  note: NoteBreach,
): Refusal | undefined {
  const bearer = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer === undefined) return plainRefusal(401, 'unauthorized: missing bearer token');
  const standing = desk.look(bearer);
  if (standing === 'unknown') return plainRefusal(401, 'unauthorized: token not recognized');
  if (standing === 'expired') return plainRefusal(401, 'IDE token expired: unauthorized: token expired');
  if (standing === 'fine-grained-without-permission')
    return plainRefusal(401, 'unauthorized: Personal Access Token does not have Copilot Requests permission');
  const integration = stringOf(headers['copilot-integration-id']);
  const refuse = (text: string) => {
    note('identity-refused', text);
    return plainRefusal(400, text);
  };
  if (standing === 'exchanged') {
    const editor = headers['editor-version'];
    if (editor === undefined && scenario.editorVersionNeeded)
      return refuse('bad request: missing Editor-Version header for IDE auth');
    if (editor !== undefined && !knownEditors.test(stringOf(editor)))
      return refuse('bad request: unknown Editor-Version header for IDE auth');
    if (editor !== undefined && isTooOld(stringOf(editor), scenario.oldestEditors)) {
      note('identity-refused', `too old: ${stringOf(editor)}`);
      return { ...namedRefusals.client_too_old };
    }
    if (integration === '' && scenario.integrationIdNeeded)
      return refuse('bad request: missing Copilot-Integration-Id header');
  }
  if (integration !== '' && !scenario.integrationIds.includes(integration))
    return refuse('bad request: unknown Copilot-Integration-Id');
  // Observed: a fine-grained token passes only under the integration of GitHub's own CLI (reference §1.2).
  if ((standing === 'fine-grained' || standing === 'installation') && integration !== 'copilot-developer-cli')
    return refuse(
      'checking third-party user token: bad request: Personal Access Tokens are not supported for this endpoint',
    );
  const version = headers['x-github-api-version'];
  if (version !== undefined && !scenario.apiVersions.includes(stringOf(version)))
    return plainRefusal(404, 'invalid apiVersion');
  return scenario.abuseBlocked ? { ...namedRefusals.abuse_block } : undefined;
}

/** Compares `vscode/1.80.1` with the oldest of its kind, number by number. */
function isTooOld(editor: string, oldest: Scenario['oldestEditors']): boolean {
  const [name = '', version = ''] = editor.split('/');
  const least = oldest[name];
  if (least === undefined) return false;
  return version.localeCompare(least, 'en', { numeric: true }) < 0;
}

/** Gates and notes that go by the body of a model call. */
export function refuseModelCall(
  headers: IncomingHttpHeaders,
  body: JsonObject,
  isGeneration: boolean,
  note: NoteBreach,
): Refusal | undefined {
  noteHeaders(headers, note);
  if (isGeneration) noteInitiator(headers, body, note);
  const declares = headers['copilot-vision-request'] === 'true';
  const shows = hasImage(body);
  if (shows && !declares) {
    note('vision-header-missing', 'an image is in the body, Copilot-Vision-Request is not in the head');
    return plainRefusal(400, 'bad request: missing required Copilot-Vision-Request header for vision requests');
  }
  if (declares && !shows) note('vision-header-needless', 'Copilot-Vision-Request without any image');
  return undefined;
}

function noteHeaders(headers: IncomingHttpHeaders, note: NoteBreach): void {
  for (const name of ['x-api-key', 'x-goog-api-key', 'cookie', 'proxy-authorization'])
    if (headers[name] !== undefined) note('caller-credential-forwarded', name);
  const coding = stringOf(headers['accept-encoding']);
  if (coding !== '' && coding !== 'identity') note('accept-encoding', coding);
}

function noteInitiator(headers: IncomingHttpHeaders, body: JsonObject, note: NoteBreach): void {
  const said = headers['x-initiator'];
  if (said !== 'user' && said !== 'agent') return note('initiator-missing', String(said));
  const expected = expectedInitiator(body);
  if (said === expected || declaresOwnCall(headers, body)) return;
  note(
    said === 'agent' ? 'initiator-forged' : 'initiator-needless-user',
    `said ${said}, the last item says ${expected}`,
  );
}

/** Any image at any depth, also in tool results, in the words of all three protocols. */
export function hasImage(value: unknown): boolean {
  if (Array.isArray(value)) return arrayOf(value).some(hasImage);
  if (!isObject(value)) return false;
  const { type } = value;
  if (type === 'image' || type === 'image_url' || type === 'input_image') return true;
  // Arguments and schemas may speak of a type "image": only messages and results can show one.
  return Object.entries(value).some(
    ([key, inner]) => key !== 'tools' && !(key === 'input' && type === 'tool_use') && hasImage(inner),
  );
}
