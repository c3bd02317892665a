/** Which codec speaks which protocol: the callers' side and the upstream's, as two tables. */
import type { Endpoint, ProtocolId } from '../canonical/protocol-id.ts';
import { createMessagesCollector } from '../protocols/anthropic-messages/collect-stream.ts';
import { decodeMessagesRequest } from '../protocols/anthropic-messages/decode-request.ts';
import { encodeMessagesRequest } from '../protocols/anthropic-messages/encode-request.ts';
import { createMessagesGrammar } from '../protocols/anthropic-messages/grammar.ts';
import { createMessagesStreamDecoder } from '../protocols/anthropic-messages/stream-decoder.ts';
import { createMessagesStreamEncoder } from '../protocols/anthropic-messages/stream-encoder.ts';
import { createGeminiCollector } from '../protocols/gemini/collect-stream.ts';
import { decodeGeminiRequest } from '../protocols/gemini/decode-request.ts';
import { createGeminiGrammar } from '../protocols/gemini/grammar.ts';
import { createGeminiStreamEncoder } from '../protocols/gemini/stream-encoder.ts';
import { createOllamaCollector } from '../protocols/ollama/collect-stream.ts';
import { decodeOllamaChat, decodeOllamaGenerate } from '../protocols/ollama/decode-request.ts';
import { createOllamaGrammar } from '../protocols/ollama/grammar.ts';
import { createOllamaChatEncoder, createOllamaGenerateEncoder } from '../protocols/ollama/stream-encoder.ts';
import { createChatCollector } from '../protocols/openai-chat/collect-stream.ts';
import { decodeChatRequest } from '../protocols/openai-chat/decode-request.ts';
import { encodeChatRequest } from '../protocols/openai-chat/encode-request.ts';
import { createChatGrammar } from '../protocols/openai-chat/grammar.ts';
import { createChatStreamDecoder } from '../protocols/openai-chat/stream-decoder.ts';
import { createChatStreamEncoder } from '../protocols/openai-chat/stream-encoder.ts';
import { createCompletionsCollector } from '../protocols/openai-completions/collect-stream.ts';
import { decodeCompletionsRequest } from '../protocols/openai-completions/decode-request.ts';
import { createCompletionsGrammar } from '../protocols/openai-completions/grammar.ts';
import { createCompletionsStreamEncoder } from '../protocols/openai-completions/stream-encoder.ts';
import { createResponsesCollector } from '../protocols/openai-responses/collect-stream.ts';
import { decodeResponsesRequest } from '../protocols/openai-responses/decode-request.ts';
import { encodeResponsesRequest } from '../protocols/openai-responses/encode-request.ts';
import { createResponsesGrammar } from '../protocols/openai-responses/grammar.ts';
import { createResponsesStreamDecoder } from '../protocols/openai-responses/stream-decoder.ts';
import { createResponsesStreamEncoder } from '../protocols/openai-responses/stream-encoder.ts';
import type {
  GrammarChecker,
  RequestDecoder,
  RequestEncoder,
  StreamCollector,
  StreamDecoder,
  StreamDecoderOptions,
  StreamEncoder,
  StreamEncoderOptions,
} from '../protocols/protocol.ts';

export interface ClientCodec {
  readonly decodeRequest: RequestDecoder['decodeRequest'];
  readonly createStreamEncoder: (options: StreamEncoderOptions) => StreamEncoder;
  readonly createCollector: () => StreamCollector;
  readonly createGrammar: () => GrammarChecker;
}

export interface UpstreamCodec {
  readonly encodeRequest: RequestEncoder['encodeRequest'];
  readonly createStreamDecoder: (options: StreamDecoderOptions) => StreamDecoder;
}

export const clientCodecs: Readonly<Partial<Record<ProtocolId, ClientCodec>>> = {
  'openai-chat': {
    decodeRequest: decodeChatRequest,
    createStreamEncoder: createChatStreamEncoder,
    // What we wrote ourselves has all of its ids.
    createCollector: () => createChatCollector((index) => `call_${index}`),
    createGrammar: createChatGrammar,
  },
  'openai-completions': {
    decodeRequest: decodeCompletionsRequest,
    createStreamEncoder: createCompletionsStreamEncoder,
    createCollector: createCompletionsCollector,
    createGrammar: createCompletionsGrammar,
  },
  'openai-responses': {
    decodeRequest: decodeResponsesRequest,
    createStreamEncoder: createResponsesStreamEncoder,
    createCollector: createResponsesCollector,
    createGrammar: createResponsesGrammar,
  },
  'anthropic-messages': {
    decodeRequest: decodeMessagesRequest,
    createStreamEncoder: createMessagesStreamEncoder,
    createCollector: createMessagesCollector,
    createGrammar: createMessagesGrammar,
  },
  gemini: {
    decodeRequest: decodeGeminiRequest,
    createStreamEncoder: createGeminiStreamEncoder,
    createCollector: createGeminiCollector,
    createGrammar: createGeminiGrammar,
  },
  ollama: {
    decodeRequest: decodeOllamaChat,
    createStreamEncoder: createOllamaChatEncoder,
    createCollector: () => createOllamaCollector('chat'),
    createGrammar: () => createOllamaGrammar('chat'),
  },
  'ollama-generate': {
    decodeRequest: decodeOllamaGenerate,
    createStreamEncoder: createOllamaGenerateEncoder,
    createCollector: () => createOllamaCollector('generate'),
    createGrammar: () => createOllamaGrammar('generate'),
  },
};

export const upstreamCodecs: Readonly<Partial<Record<Endpoint, UpstreamCodec>>> = {
  '/chat/completions': { encodeRequest: encodeChatRequest, createStreamDecoder: createChatStreamDecoder },
  '/responses': { encodeRequest: encodeResponsesRequest, createStreamDecoder: createResponsesStreamDecoder },
  '/v1/messages': { encodeRequest: encodeMessagesRequest, createStreamDecoder: createMessagesStreamDecoder },
};
