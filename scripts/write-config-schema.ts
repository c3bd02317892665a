/** Writes `schema/config.schema.json` from the schema that checks the config file. */
import { writeFileSync } from 'node:fs';
import { configJsonSchema } from '../src/config/json-schema.ts';

writeFileSync(new URL('../schema/config.schema.json', import.meta.url), configJsonSchema());
