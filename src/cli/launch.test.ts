/** Tests of the whole program in this process: what it takes from the machine it runs on. */
import net from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { fakeCliContext } from '../../test/support/fake-cli-context.ts';
import { defaultConfig } from '../config/config.ts';
import type { ServerConfig } from '../config/config.ts';
import { launch } from './launch.ts';

function launched(openFilesLimit: number, server: Partial<ServerConfig> = {}) {
  return launch({
    context: fakeCliContext({ openFilesLimit: () => openFilesLimit }),
    home: null,
    config: { ...defaultConfig, server: { host: '127.0.0.1', port: 0, ...server } },
    configFile: null,
    apiKey: 'cf_key-of-the-launch-tests',
    githubToken: null,
    simulate: { eventDelayMs: 0 },
  });
}

test('a fifth of the descriptors stays free: more connections are closed at once', async () => {
  const program = await launched(5);
  onTestFinished(() => program.closeNow());
  const closed = await Promise.race(
    Array.from({ length: 5 }, (_, index) => {
      const socket = net.connect(program.port, '127.0.0.1');
      onTestFinished(() => void socket.destroy());
      socket.on('error', () => undefined);
      return new Promise<number>((resolve) => socket.once('close', () => resolve(index)));
    }),
  );
  expect(closed).toBe(4);
});

test('an address that names no machine is a fault of the configuration', async () => {
  await expect(launched(1024, { host: '127.0.0.999' })).rejects.toMatchObject({
    exitCode: 78,
    message: 'Cannot listen on 127.0.0.999:0: this machine has no such address.',
  });
});
