/** An upstream whose failures are free of secrets in every word: GitHub, or a proxy on the way, may quote what it got. */
import { ProxyError } from '../errors/proxy-error.ts';
import type { Upstream, UpstreamReceiver } from './upstream.ts';

/** `clean` takes the secrets out of a text. */
export function withCleanErrors(upstream: Upstream, clean: (text: string) => string): Upstream {
  async function cleanly<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (thrown) {
      throw thrown instanceof ProxyError ? cleaned(thrown, clean) : thrown;
    }
  }
  return {
    send: (call, receiver) => upstream.send(call, cleanReceiver(receiver, clean)),
    status() {
      const status = upstream.status();
      const { problem } = status;
      return problem === null ? status : { ...status, problem: { ...problem, message: clean(problem.message) } };
    },
    headersOf: (call) => upstream.headersOf(call),
    models: (options) => cleanly(upstream.models(options)),
    quota: () => cleanly(upstream.quota()),
    modelTerms: (modelId) => cleanly(upstream.modelTerms(modelId)),
    enableModel: (modelId) => cleanly(upstream.enableModel(modelId)),
    otherRoadModels: () => cleanly(upstream.otherRoadModels()),
    async look(asked) {
      const reply = await cleanly(upstream.look(asked));
      return { ...reply, text: clean(reply.text) };
    },
    resume: () => upstream.resume(),
    close: () => upstream.close(),
  };
}

function cleanReceiver(receiver: UpstreamReceiver, clean: (text: string) => string): UpstreamReceiver {
  return {
    onHead: (head, flow) => receiver.onHead(head, flow),
    onData: (chunk) => receiver.onData(chunk),
    onEnd: () => receiver.onEnd(),
    onFailure: (error) => receiver.onFailure(cleaned(error, clean)),
  };
}

/** The same error where there is nothing to take out. */
export function cleaned(error: ProxyError, clean: (text: string) => string): ProxyError {
  const message = clean(error.message);
  if (message === error.message) return error;
  return new ProxyError(error.code, message, error);
}
