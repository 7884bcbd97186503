import { Sha256 } from './sha256.ts';

/**
 * The configuration of every AWS client. The timeouts are well below API Gateway's 30 s, so that
 * the device receives our answer to an outage. Without `throwOnRequestTimeout` the SDK's HTTP
 * handler only logs a warning after `requestTimeout`, and continues to wait.
 */
export const clientDefaults = {
  maxAttempts: 3,
  sha256: Sha256,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
} as const;

/**
 * For IssueCertificate. The SDK sends it once, because the refusal of a second try does not show
 * what happened to the first one (private-ca.ts).
 */
export const sentOnce = { ...clientDefaults, maxAttempts: 1 } as const;

/**
 * The maximum duration of one call of a service with all its tries, in milliseconds. A call ends
 * earlier if the function's own time ends (deadline.ts). CloudTrail throttles at two calls a
 * second, so its client needs more time.
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
