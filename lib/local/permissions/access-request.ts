/** The input of an IAM decision: one action on one resource, and the request's condition keys. */

/**
 * A request's condition keys, spelled as in the service reference. A key that does not apply is
 * missing. A key with several values has an empty list if the request names no value.
 */
export type RequestContext = Readonly<Record<string, readonly string[]>>;

/** One decision. A transaction or a batch of events needs several. */
export interface AccessRequest {
  readonly action: string;
  /** An ARN; `*` for an action without resource-level permissions. */
  readonly resource: string;
  readonly context: RequestContext;
}
