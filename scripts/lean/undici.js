/** Of undici's hundred files the forty that a proxy needs, in its place in the built package: a name that is missing here fails the build. */
import api from 'undici/lib/api/index.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';

export { default as buildConnector } from 'undici/lib/core/connect.js';
export { default as Agent } from 'undici/lib/dispatcher/agent.js';
export { default as Client } from 'undici/lib/dispatcher/client.js';
export { default as Pool } from 'undici/lib/dispatcher/pool.js';
export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js';

// As undici's own index does; the way through a network proxy is a `connect` of these.
Object.assign(Dispatcher.prototype, api);
