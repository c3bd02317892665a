/** `node:http` without its WebSocket, whose reading loads the undici inside Node: an import reads each export, this only two. */
const http = process.getBuiltinModule('node:http');

export default http;
export const { createServer } = http;
