/** Node's https module for the bundles (http.ts says why). */
const https = process.getBuiltinModule('node:https');
export const { Agent, request } = https;
export default https;
