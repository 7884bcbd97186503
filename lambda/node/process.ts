/** The parts of Node's process module that the bundles use (see http.ts). */
export const { env, versions } = process;
