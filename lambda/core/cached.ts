/**
 * Returns a function that caches the value of `fetch` for so many seconds. A failure is thrown and
 * not cached. It also hides the cached value, which is too old by then.
 */
export function cacheFor<Value>(
  seconds: number,
  nowSeconds: () => number,
  fetch: () => Promise<Value>,
): () => Promise<Value> {
  let kept: { readonly value: Value; readonly atSeconds: number } | undefined;
  return async () => {
    if (kept === undefined || nowSeconds() - kept.atSeconds >= seconds)
      kept = { value: await fetch(), atSeconds: nowSeconds() };
    return kept.value;
  };
}
