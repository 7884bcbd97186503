/**
 * A value that is fetched on first use and kept; a failure is not kept, so that the next use tries
 * again.
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
