/** Every upstream row on the six translated ways between OpenAI and Anthropic. */
import { testTranslatedRows } from './support/translated-rows.ts';

testTranslatedRows(['chat', 'messages', 'responses']);
