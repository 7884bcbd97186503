/** Consumption of AWS services, and its price. */
import { prices } from '../../lib/cloud/price-list.ts';

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
