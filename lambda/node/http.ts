/**
 * Node's http module for the bundles. `import 'node:http'` evaluates each getter of the module, and
 * one of them loads undici (18 ms of a cold start on Node 24). `getBuiltinModule` evaluates none.
 */
const http = process.getBuiltinModule('node:http');
export const { Agent, request, STATUS_CODES } = http;
export default http;
