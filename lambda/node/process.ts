/** The parts of Node's process module that the bundles use (http.ts says why). */
export const { env, versions } = process;
