/** The JSON schema of the config file, for editors: made from the schema that checks the file. */
import { z } from 'zod';
import { configFileSchema } from './schema.ts';

/** The schema as the text of a file; `schema/config.schema.json` is this text. */
export function configJsonSchema(): string {
  const schema = z.toJSONSchema(configFileSchema, { io: 'input' });
  return `${JSON.stringify({ ...schema, title: 'Crossfeed configuration' }, null, 2)}\n`;
}
