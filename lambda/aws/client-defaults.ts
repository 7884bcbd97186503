import { Sha256 } from './sha256.ts';

/**
 * How long our functions wait for AWS: well under the 30 s of API Gateway, so that an outage is
 * answered as one. Without `throwOnRequestTimeout` the SDK's HTTP handler logs a warning after
 * `requestTimeout`, and waits on.
 */
export const clientDefaults = {
  maxAttempts: 3,
  sha256: Sha256,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
} as const;

/**
 * For IssueCertificate. The SDK sends it once, because a "no" to a second try says nothing about
 * the first (private-ca.ts).
 */
export const sentOnce = { ...clientDefaults, maxAttempts: 1 } as const;

/**
 * How long one call of a service may take with all its tries, in milliseconds. A call ends earlier
 * if the function's own time does (deadline.ts). CloudTrail throttles at two calls a second, so its
 * client has to wait longer.
 */
export const callMilliseconds = {
  dynamodb: 5000,
  'secrets-manager': 5000,
  sfn: 4000,
  'acm-pca': 8000,
  eventbridge: 1500,
  cloudtrail: 20_000,
  ssm: 2000,
  sts: 5000,
} as const;

/** The services that functions call. */
export type AwsService = keyof typeof callMilliseconds;
