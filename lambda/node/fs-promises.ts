/** Node's fs/promises module for the bundles (see http.ts). */
const fsPromises = process.getBuiltinModule('node:fs/promises');
export const { readFile } = fsPromises;
export default fsPromises;
