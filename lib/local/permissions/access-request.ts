/** What IAM decides on: one action on one resource, and what the request says about itself. */

/**
 * The condition keys of a request, as the service reference spells them. A key that does not apply
 * is absent, and a key of many values that names none has an empty list.
 */
export type RequestContext = Readonly<Record<string, readonly string[]>>;

/** One decision to make. A transaction, or a batch of events, is several of them. */
export interface AccessRequest {
  readonly action: string;
  /** An ARN; `*` for actions without resource-level permissions. */
  readonly resource: string;
  readonly context: RequestContext;
}
