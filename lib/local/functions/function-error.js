// @ts-check
/**
 * Converts any thrown value to the form of Lambda's Node.js runtime. JavaScript, because worker.js
 * imports it.
 * @param {unknown} thrown
 * @returns {import('./invocation.ts').FunctionError}
 */
export const toFunctionError = (thrown) => {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown) };
  return {
    errorType: thrown.name,
    errorMessage: thrown.message,
    trace: thrown.stack?.split('\n') ?? [],
  };
};
