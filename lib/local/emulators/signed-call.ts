/** A call as an emulator receives it, and the check that stands in front of every emulator. */
import type { Json } from './aws-service.ts';

/** A call of one operation, with the credentials that signed it. */
export interface SignedCall {
  /** The `Authorization` header; absent for an unsigned call. */
  readonly authorization: string | undefined;
  /** The service's part of `X-Amz-Target`, as `DynamoDB_20120810`. */
  readonly targetPrefix: string;
  readonly operation: string;
  readonly input: Json;
}

/** Throws the `AwsError` that the service answers where the caller may not make the call. */
export type Authorize = (call: SignedCall) => void;

/** Runs around an authorized operation: a measurement counts there, or adds AWS's latency. */
export type AroundCall = (call: SignedCall, run: () => Promise<unknown>) => Promise<unknown>;

/** Runs the operation and nothing else. */
export const nothingAround: AroundCall = (_, run) => run();

/** Lets every call pass. */
export const authorizeAll: Authorize = () => {};

/**
 * The two parts of `X-Amz-Target`. CloudTrail's clients give a longer one, which ends in these:
 * `com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents`.
 */
export const readTarget = (header: unknown): Pick<SignedCall, 'targetPrefix' | 'operation'> => {
  const [targetPrefix = '', operation = ''] = String(header).split('.').slice(-2);
  return { targetPrefix, operation };
};
