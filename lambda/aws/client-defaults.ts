/**
 * How long our functions wait for AWS: well under what API Gateway waits for us, so that an outage is answered as one.
 * Without `throwOnRequestTimeout` the SDK's HTTP handler logs a warning after `requestTimeout`, and waits on.
 */
export const clientDefaults = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
} as const;

/**
 * How long one call of a service may take with all its tries, in milliseconds. The scep function makes four in a row at most and
 * has 29 s. CloudTrail throttles at two calls a second, so that its client waits for its turn.
 */
export const callMilliseconds = {
  dynamodb: 5000,
  'secrets-manager': 5000,
  sfn: 4000,
  'acm-pca': 8000,
  eventbridge: 1500,
  cloudtrail: 20_000,
  sts: 5000,
} as const;

/** The services that functions call. */
export type AwsService = keyof typeof callMilliseconds;
