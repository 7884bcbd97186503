// @ts-check
/**
 * Any thrown value as Lambda's Node.js runtime reports it. JavaScript, because worker.js imports it.
 * @param {unknown} thrown
 * @returns {import('./invocation.ts').FunctionError}
 */
export const functionErrorOf = (thrown) => {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown) };
  return {
    errorType: thrown.name,
    errorMessage: thrown.message,
    trace: thrown.stack?.split('\n') ?? [],
  };
};
