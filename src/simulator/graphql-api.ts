/** `POST /graphql` of GitHub: the one question that clients of Copilot ask there, whose seat it is and where it is served. */
import { badCredentials, type GithubReply } from './exchange-refusals.ts';
import { objectOf, stringOf, type JsonObject } from './json-value.ts';

export interface Viewer {
  readonly login: string;
  readonly endpoints: JsonObject;
}

/** `viewer` is undefined for a token that GitHub does not know. */
export function answerGraphql(json: unknown, viewer: Viewer | undefined): GithubReply {
  if (viewer === undefined) return badCredentials;
  const query = stringOf(objectOf(json)['query']);
  if (query === '') return failed(400, 'A query attribute must be specified and must be a string.');
  const asked = /\bviewer\s*\{([\s\S]*)\}/.exec(query)?.[1];
  if (asked === undefined) return failed(200, 'This simulator answers `viewer { … }` alone.');
  const hosts = /\bcopilotEndpoints\s*\{([^}]*)\}/.exec(asked)?.[1];
  const names = (hosts ?? '').split(/[\s,]+/).filter(Boolean);
  const known: JsonObject = {
    api: viewer.endpoints['api'],
    proxy: viewer.endpoints['proxy'],
    telemetry: viewer.endpoints['telemetry'],
    originTracker: viewer.endpoints['origin-tracker'],
  };
  const strange = names.find((name) => !Object.hasOwn(known, name));
  if (strange !== undefined) return failed(200, `Field '${strange}' doesn't exist on type 'CopilotEndpoints'`);
  const copilotEndpoints = Object.fromEntries(names.map((name) => [name, known[name]]));
  return {
    status: 200,
    body: {
      data: {
        viewer: {
          ...(/\blogin\b/.test(asked) ? { login: viewer.login } : {}),
          ...(hosts === undefined ? {} : { copilotEndpoints }),
        },
      },
    },
  };
}

function failed(status: number, message: string): GithubReply {
  return { status, body: { errors: [{ message }] } };
}
