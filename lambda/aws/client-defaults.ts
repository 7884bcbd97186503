/** How long our functions wait for AWS: well under what API Gateway waits for us, so that an outage is answered as one. */
export const clientDefaults = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 5000 },
} as const;
