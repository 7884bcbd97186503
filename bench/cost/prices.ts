/**
 * List prices of us-east-1 in US dollars, without free tiers, as of 2026-11-28
 * (aws.amazon.com/<service>/pricing).
 */
const prices = {
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
} as const;

/** The summed consumption of enrolments. */
export interface Consumption {
  writeUnits: number;
  readUnits: number;
  gigabyteSeconds: number;
  invocations: number;
  workflows: number;
  workflowGigabyteSeconds: number;
  httpRequests: number;
  events: number;
  logBytes: number;
}

/** A consumption of zero. */
export const createConsumption = (): Consumption => ({
  writeUnits: 0,
  readUnits: 0,
  gigabyteSeconds: 0,
  invocations: 0,
  workflows: 0,
  workflowGigabyteSeconds: 0,
  httpRequests: 0,
  events: 0,
  logBytes: 0,
});

/** The cost in dollars, by service. */
export const computeCost = (consumed: Consumption): Readonly<Record<string, number>> => ({
  'DynamoDB writes': consumed.writeUnits * prices.dynamoDbWriteUnit,
  'DynamoDB reads': consumed.readUnits * prices.dynamoDbReadUnit,
  'Lambda time': consumed.gigabyteSeconds * prices.lambdaGigabyteSecond,
  'Lambda requests': consumed.invocations * prices.lambdaRequest,
  'Step Functions requests': consumed.workflows * prices.workflowRequest,
  'Step Functions time': consumed.workflowGigabyteSeconds * prices.workflowGigabyteSecond,
  'API Gateway': consumed.httpRequests * prices.httpRequest,
  EventBridge: consumed.events * prices.event,
  Logs: (consumed.logBytes / 1e9) * prices.logGigabyte,
});
