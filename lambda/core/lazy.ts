/**
 * Returns a function that fetches a value on first use and keeps it. A failure is thrown and not
 * kept, so that the next use tries again.
 */
export function createLazy<Value>(fetch: () => Promise<Value>): () => Promise<Value> {
  let kept: Promise<Value> | undefined;
  return () => {
    kept ??= fetch().catch((error: unknown) => {
      kept = undefined;
      throw error;
    });
    return kept;
  };
}
