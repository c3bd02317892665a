/** Writes down every connection that a program opens and every name that it asks for, from inside that program. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Below undici, `fetch` and `ws`: whoever opens a socket comes by here. */
const program = (file: string) => `
import net from 'node:net';
import dns from 'node:dns';
import dgram from 'node:dgram';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const note = (what) => appendFileSync(${JSON.stringify(file)}, what + '\\n');
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...all) {
  const [first, second] = Array.isArray(all[0]) ? all[0] : all;
  const to = typeof first === 'object' && first !== null ? first : { port: first, host: typeof second === 'string' ? second : 'localhost' };
  note(to.path ? 'pipe ' + to.path : 'tcp ' + (to.host ?? 'localhost') + ':' + to.port);
  return connect.apply(this, all);
};
for (const from of [dns, dns.promises])
  for (const name of Object.keys(from).filter((key) => /^(lookup|resolve)/.test(key) && typeof from[key] === 'function')) {
    const asked = from[name];
    from[name] = function (host, ...rest) {
      if (!net.isIP(host)) note('name ' + host);
      return asked.call(this, host, ...rest);
    };
  }
const send = dgram.Socket.prototype.send;
dgram.Socket.prototype.send = function (...all) {
  note('udp');
  return send.apply(this, all);
};
syncBuiltinESMExports();
`;

export interface ConnectionWatch {
  /** For the environment of the program: its children load it as well. */
  readonly nodeOptions: string;
  /** Each place once: `tcp HOST:PORT`, `name HOST`, `pipe PATH` or `udp`. */
  seen(): readonly string[];
}

export function watchConnections(folder: string): ConnectionWatch {
  const log = path.join(folder, 'connections.txt');
  const hook = path.join(folder, 'watch-connections.mjs');
  writeFileSync(hook, program(log));
  return {
    nodeOptions: `--import=${hook}`,
    seen: () => (existsSync(log) ? [...new Set(readFileSync(log, 'utf8').trim().split('\n'))] : []),
  };
}
