/** Looks at the door before it opens: may it be where it is told to be, do its certificate and key fit, how many may come. */
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { Config } from '../config/config.ts';
import { judgeBind, judgeOllama } from '../http/bind-policy.ts';
import type { TlsFiles } from '../http/listen.ts';
import { CliError } from './cli-error.ts';
import { connectionLimit } from './connection-limit.ts';
import { exitCode } from './exit-code.ts';

export interface PreparedDoor {
  readonly config: Config;
  readonly tls: TlsFiles | null;
  readonly notices: readonly string[];
}

/** Throws `CliError` (configuration) with one sentence. */
export async function prepareDoor(config: Config): Promise<PreparedDoor> {
  const { server, limits } = config;
  const verdict = judgeBind(server);
  if (!verdict.allowed) throw new CliError(exitCode.configuration, verdict.reason);
  const ollama = judgeOllama(server);
  if (!ollama.allowed) throw new CliError(exitCode.configuration, ollama.reason);
  const tls = server.tlsCert === null || server.tlsKey === null ? null : await readTls(server.tlsCert, server.tlsKey);

  const notices: string[] = [];
  if (!server.requireKey) notices.push('Callers need no key: every program of this machine can spend the seat.');
  else if (!server.ollama.requireKey)
    notices.push("Callers of Ollama's port need no key: every program of this machine can spend the seat.");
  if (verdict.reach === 'network' && tls === null)
    notices.push('Keys and prompts cross the network in clear text: use it where you trust everybody who can listen.');
  const maxConnections = connectionLimit(limits.maxConnections);
  if (maxConnections < limits.maxConnections) {
    notices.push(
      `At most ${maxConnections} connections at a time, for want of file descriptors (\`ulimit -n\`), instead of ${limits.maxConnections}.`,
    );
  }
  return { config: { ...config, limits: { ...limits, maxConnections } }, tls, notices };
}

async function readTls(certFile: string, keyFile: string): Promise<TlsFiles> {
  const cert = await readPem('--tls-cert', certFile);
  const key = await readPem('--tls-key', keyFile);
  try {
    createSecureContext({ cert, key });
  } catch {
    // OpenSSL's own words name no file, and could quote what is in one.
    throw new CliError(
      exitCode.configuration,
      `${certFile} and ${keyFile} are no certificate and its private key: both must be PEM, the key without a passphrase.`,
    );
  }
  return { cert, key };
}

async function readPem(flag: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new CliError(exitCode.configuration, `${flag}: ${file} cannot be read (${code}).`, { cause });
  }
}
