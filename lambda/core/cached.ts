/**
 * A value that is fetched when it is needed and older than so many seconds; a failure is not kept,
 * and hides nothing.
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
