/** The parts of Node's fs module that the bundles use (http.ts says why). */
export const { ReadStream, createReadStream, fstatSync, lstatSync, promises, readFileSync } =
  process.getBuiltinModule('node:fs');
