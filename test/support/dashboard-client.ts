/** The dashboard's own requests without a browser: signs in by a link, and asks as the page does. */
import type { ControlArgs, ControlOperation, ControlReply, ControlResult } from '../../src/control/contract.ts';
import { callControl } from '../../src/control/control-client.ts';

export interface DashboardClient {
  readonly headers: Readonly<Record<string, string>>;
  ask<O extends ControlOperation>(operation: O, args: ControlArgs<O>): Promise<ControlResult<O>>;
  /** The answer as it stands, failed ones too. */
  post(operation: string, args: unknown): Promise<ControlReply>;
}

/** A link as `crossfeed ui` prints it. */
export async function dashboardLink(home: string): Promise<string> {
  const { url } = await callControl({ home, env: {} }, 'dashboardLink', {});
  if (url === null) throw new Error('this proxy serves no dashboard');
  return url;
}

export async function signInAt(link: string): Promise<DashboardClient> {
  const { origin } = new URL(link);
  const entered = await fetch(link, { redirect: 'manual' });
  const [cookie = ''] = (entered.headers.get('set-cookie') ?? '').split(';');
  const session = await fetch(`${origin}/ui/api/csrf`, { headers: { cookie } });
  const { result } = (await session.json()) as { result: { csrf: string } };
  const headers = { cookie, origin, 'x-crossfeed-csrf': result.csrf, 'content-type': 'application/json' };

  async function post(operation: string, args: unknown): Promise<ControlReply> {
    const reply = await fetch(`${origin}/ui/api/${operation}`, { method: 'POST', headers, body: JSON.stringify(args) });
    return (await reply.json()) as ControlReply;
  }

  return {
    headers,
    post,
    async ask<O extends ControlOperation>(operation: O, args: ControlArgs<O>) {
      const answer = await post(operation, args);
      if ('result' in answer) return answer.result as ControlResult<O>;
      throw new Error('error' in answer ? answer.error.message : `${operation} was not answered`);
    },
  };
}
