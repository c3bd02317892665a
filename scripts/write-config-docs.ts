/** `npm run docs:config`: writes the table of settings into `docs/configuration.md`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withSettings } from './config-docs.ts';

const page = new URL('../docs/configuration.md', import.meta.url);
writeFileSync(page, withSettings(readFileSync(page, 'utf8')));
