/** Every upstream row for callers of Gemini, in both of its framings, and of Ollama. */
import { testTranslatedRows } from './support/translated-rows.ts';

testTranslatedRows(['gemini events', 'gemini array', 'ollama']);
