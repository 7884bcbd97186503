/** The one list of prices that synthesis and the bench compute with. */

/**
 * List prices of us-east-1 in US dollars, without free tiers, as of `priceDate`
 * (aws.amazon.com/<service>/pricing).
 */
export const prices = {
  /** On demand: a write of 1 KB, and a consistent read of 4 KB. */
  dynamoDbWriteUnit: 0.625e-6,
  dynamoDbReadUnit: 0.125e-6,
  /** On arm64. */
  lambdaGigabyteSecond: 0.0000133334,
  lambdaRequest: 0.2e-6,
  /** Express workflows; memory in steps of 64 MB, time in steps of 100 ms. */
  workflowRequest: 1e-6,
  workflowGigabyteSecond: 0.00001667,
  /** HTTP API, up to 512 KB each. */
  httpRequest: 1e-6,
  /** Custom events of at most 64 KB. */
  event: 1e-6,
  logGigabyte: 0.5,
  /** A month of each, also when it is idle. */
  secretMonth: 0.4,
  dashboardMonth: 3,
  /** For each metric that the alarm reads. */
  alarmMetricMonth: 0.1,
  /** In months in which the metric has values. */
  metricMonth: 0.3,
} as const;

export const priceDate = '2026-11-28';

/**
 * What a million enrolments cost in our own services, rounded up (`npm run bench`, cost): without
 * the CA's price.
 */
export const millionEnrolments = 60;

/**
 * Prices of AWS Private CA by usage mode: a month of the CA, and one certificate, by how many the
 * account has issued in the month. The prices of certificates are not confirmed.
 */
export const authorityPrices = {
  SHORT_LIVED_CERTIFICATE: { month: 50, certificates: [{ upTo: Infinity, each: 0.058 }] },
  GENERAL_PURPOSE: {
    month: 400,
    certificates: [
      { upTo: 1_000, each: 0.75 },
      { upTo: 10_000, each: 0.35 },
      { upTo: Infinity, each: 0.001 },
    ],
  },
} as const;
