/** The parts of Node's util module that the bundles use (see http.ts). */
export const { promisify, TextDecoder } = process.getBuiltinModule('node:util');
