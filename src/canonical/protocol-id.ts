/** The names of the wire formats and of the upstream's endpoints. */

/** A wire format that a caller may speak. */
export type ProtocolId =
  | 'openai-chat'
  | 'openai-completions'
  | 'openai-responses'
  | 'anthropic-messages'
  | 'gemini'
  | 'ollama'
  /** `/api/generate`: one prompt, other members than `/api/chat`. */
  | 'ollama-generate';

/** A path that the upstream offers for a model, as the catalogue's `supported_endpoints` spells it. */
export type Endpoint = '/chat/completions' | '/responses' | '/v1/messages' | '/embeddings';
