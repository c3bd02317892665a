/** Builds the dashboard's page into `dist/web`, from where the proxy serves it below `/ui/`. */
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: '/ui/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { outDir: '../dist/web', emptyOutDir: true, target: 'es2022', modulePreload: false, assetsInlineLimit: 0 },
});
