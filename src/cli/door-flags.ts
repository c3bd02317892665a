/** The flags of `start` that say who may call, as settings. Each has a variable of the same name. */
import type { Command } from 'commander';
import type { ConfigPath } from '../config/config-path.ts';

export interface DoorFlags {
  /** Commander's form of `--no-key`. */
  readonly key?: boolean;
  readonly lan?: true;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly allowHost?: readonly string[];
  readonly behindProxy?: readonly string[];
  /** Commander's form of `--no-system-ca`. */
  readonly systemCa?: boolean;
  /** True without a port. */
  readonly ollama?: true | string;
  readonly ollamaNoKey?: true;
}

export function addDoorFlags(command: Command): void {
  command
    .option('--tls-cert <file>', 'serve HTTPS with this certificate (PEM)')
    .option('--tls-key <file>', 'the private key of the certificate (PEM)')
    .option('--lan', 'let callers of private networks call, with a key and without TLS')
    .option('--behind-proxy <addresses>', 'a reverse proxy calls from there; may be repeated', collect)
    .option('--allow-host <name>', 'a name by which callers may call; may be repeated', collect)
    .option('--no-key', 'need no key from callers; on this machine only')
    .option(
      '--ollama [port]',
      "listen on Ollama's port too (11434), for tools that know no other; on this machine only",
    )
    .option('--ollama-no-key', 'need no key from callers of that port')
    .option('--no-system-ca', "do not trust the system's certificates, only those that come with Node");
}

export function readDoorFlags(
  options: DoorFlags,
): readonly (readonly [flag: string, path: ConfigPath, value: string | undefined])[] {
  return [
    ['--tls-cert', 'server.tlsCert', options.tlsCert],
    ['--tls-key', 'server.tlsKey', options.tlsKey],
    ['--lan', 'server.lan', options.lan && 'true'],
    ['--behind-proxy', 'server.behindProxy', options.behindProxy?.join(',')],
    ['--allow-host', 'server.allowHosts', options.allowHost?.join(',')],
    ['--no-key', 'server.requireKey', options.key === false ? 'false' : undefined],
    ['--ollama', 'server.ollama.port', options.ollama === true ? 'true' : options.ollama],
    ['--ollama-no-key', 'server.ollama.requireKey', options.ollamaNoKey && 'false'],
    ['--no-system-ca', 'server.systemCa', options.systemCa === false ? 'false' : undefined],
  ];
}

function collect(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}
