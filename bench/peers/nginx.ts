/** nginx as a subject: what a proxy costs that is written in C and does nothing else. Debian's package, where it is there. */
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { startChild, type Child } from '../child-program.ts';
import type { PeerStart } from './start-peer.ts';

/** Debian puts it where only root's PATH leads. */
function findNginx(): string {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  const found = folders.map((folder) => join(folder, 'nginx')).find((file) => existsSync(file));
  if (found === undefined) throw new Error('it is not installed (`apt-get install nginx-light`)');
  return found;
}

/** One worker, as everybody has one; nothing held back, so that events come through one by one. */
const settings = (upstream: string, port: number) => `daemon off;
master_process off;
worker_rlimit_nofile 16384;
pid nginx.pid;
error_log stderr error;
events { worker_connections 8192; }
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  client_max_body_size 100m;
  client_body_buffer_size 4m;
  keepalive_requests 1000000;
  upstream bench { server ${upstream}; keepalive 1024; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port} backlog=2048;
    location / {
      proxy_pass http://bench;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_read_timeout 600s;
    }
  }
}
`;

// oxlint-disable-next-line typescript/require-await -- as every peer is started.
export async function startNginx({ upstreamUrl, port, home }: PeerStart): Promise<Child> {
  const program = findNginx();
  const file = join(home, 'nginx.conf');
  writeFileSync(file, settings(new URL(upstreamUrl).host, port));
  return startChild({ program, script: '-p', args: [home, '-c', file] });
}
