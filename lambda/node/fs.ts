/** The parts of Node's fs module that the bundles use (see http.ts). */
export const { ReadStream, createReadStream, fstatSync, lstatSync, promises, readFileSync } =
  process.getBuiltinModule('node:fs');
