/** Node's https module for the bundles (see http.ts). */
const https = process.getBuiltinModule('node:https');
export const { Agent, request } = https;
export default https;
