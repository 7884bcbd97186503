/** The parts of Node's util module that the bundles use (http.ts says why). */
export const { promisify, TextDecoder } = process.getBuiltinModule('node:util');
