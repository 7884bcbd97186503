/** A call to an emulator, and the check before every operation. */
import type { Json } from './aws-service.ts';

/** A call of one operation, with the credentials that signed it. */
export interface SignedCall {
  /** The `Authorization` header; undefined for an unsigned call. */
  readonly authorization: string | undefined;
  /** The service's part of `X-Amz-Target`, such as `DynamoDB_20120810`. */
  readonly targetPrefix: string;
  readonly operation: string;
  readonly input: Json;
}

/** Throws the service's `AwsError` if the caller has no permission for the call. */
export type Authorize = (call: SignedCall) => void;

/** Runs around an authorised operation; a measurement counts calls there or adds AWS's latency. */
export type AroundCall = (call: SignedCall, run: () => Promise<unknown>) => Promise<unknown>;

/** Only runs the operation. */
export const runDirectly: AroundCall = (_, run) => run();

/** Lets every call pass. */
export const authorizeAll: Authorize = () => {};

/**
 * Reads the two parts of `X-Amz-Target`. CloudTrail's clients send a longer value that ends in
 * these: `com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents`.
 */
export const readTarget = (header: unknown): Pick<SignedCall, 'targetPrefix' | 'operation'> => {
  const [targetPrefix = '', operation = ''] = String(header).split('.').slice(-2);
  return { targetPrefix, operation };
};
