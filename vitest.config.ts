/** `unit` is `npm test`; `second` holds corpora and fuzz, `bundled` is part of it; `browser` needs a Chromium: CI runs them last. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const leanUndici = fileURLToPath(new URL('scripts/lean/undici.js', import.meta.url));

export default defineConfig({
  test: {
    reporters: ['default'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // One a core, where vitest would leave one idle: our tests wait for children and sockets more than they compute.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['test/second/**', 'test/clients/**', 'test/browser/**', 'node_modules/**'],
        },
      },
      {
        extends: true,
        test: { name: 'second', include: ['test/second/**/*.test.ts'], testTimeout: 240_000 },
      },
      {
        extends: true,
        // What is built has a part of undici in its place: what asks GitHub, fetches and searches runs on that too.
        resolve: { alias: [{ find: /^undici$/, replacement: leanUndici }] },
        test: {
          name: 'bundled',
          include: [
            'src/upstream/copilot/{network-proxy,transport}.test.ts',
            'src/media/fetch-remote.test.ts',
            'test/{tenant-account,upstream-connections,web-search-providers}.test.ts',
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // A page is waited for as long as playwright waits: a busy machine takes more than vitest's second.
          expect: { poll: { timeout: 20_000 } },
        },
      },
    ],
  },
});
