/**
 * Adds AWS-like latencies to the emulators. AWS publishes only DynamoDB's "single-digit
 * millisecond" for single items. So the medians are those commonly seen from a function in the same
 * Region, and each call varies around its median.
 */
import { setTimeout } from 'node:timers/promises';
import type { AroundCall, SignedCall } from '../../lib/local/emulators/signed-call.ts';
import type { AroundInvocation } from '../../lib/local/functions/pool.ts';

/** Medians in milliseconds, by service and operation; `*` is any other operation. */
const medians: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  DynamoDB: { GetItem: 4, BatchGetItem: 7, TransactWriteItems: 18, '*': 6 },
  AWSStepFunctions: { StartExecution: 30, '*': 30 },
  ACMPrivateCA: { IssueCertificate: 100, GetCertificate: 40, '*': 40 },
  AWSEvents: { PutEvents: 25, '*': 25 },
  secretsmanager: { '*': 20 },
};

/** The time that Intune takes to answer; Microsoft publishes no figure. */
export const intuneMilliseconds = 300;

/** The overhead of an invocation: API Gateway or Step Functions, and Lambda's own front end. */
const invocationMedian = 20;

/** The spread of a lognormal distribution: its 99th percentile is three times the median. */
const sigma = Math.log(3) / 2.326;

/** Draws a latency around this median. */
const drawAround = (median: number): number => median * Math.exp(sigma * drawNormal());

/** Draws a standard normal number (Box and Muller). */
const drawNormal = (): number =>
  Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());

/** Adds a call's latency before its answer. */
export const withLatency: AroundCall = async (call, run) => {
  await setTimeout(drawAround(medianOf(call)));
  return run();
};

/** Adds the time until an invocation reaches its function. */
export const withInvocationLatency: AroundInvocation = async (_, run) => {
  await setTimeout(drawAround(invocationMedian));
  return run();
};

const medianOf = ({ targetPrefix, operation }: SignedCall): number => {
  const service = medians[targetPrefix.replace(/_\d+$/, '')] ?? {};
  return service[operation] ?? service['*'] ?? 0;
};
