/** Node's fs/promises module for the bundles (http.ts says why). */
const fsPromises = process.getBuiltinModule('node:fs/promises');
export const { readFile } = fsPromises;
export default fsPromises;
