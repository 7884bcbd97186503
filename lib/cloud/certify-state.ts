/** The state that invokes Certify, with its rules for retries. */
import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Errors, JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { FaultCode } from '../../lambda/core/errors.ts';

/**
 * A retry gets the same result, because the stored or configured data was not written by this
 * connector. Such a fault needs an operator.
 */
const permanentFaults = [
  'AttemptUnknown',
  'CertificateUnreadable',
  'ConnectorKeyTooShort',
  'EnrolmentRowUnreadable',
  'IntuneMissing',
  'NotSealed',
  'ProgressUnreadable',
  'SerialUnreadable',
] as const satisfies readonly FaultCode[];

const permanent: RetryProps = { errors: [...permanentFaults], maxAttempts: 0 };

/**
 * The account's pool of concurrency is exhausted, so nothing ran. The pauses are at most 2 + 4 + 8
 * + 16 = 30 s.
 */
const noConcurrency: RetryProps = {
  errors: ['Lambda.TooManyRequestsException'],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.seconds(16),
  jitterStrategy: JitterType.FULL,
  maxAttempts: 4,
};

/**
 * Errors of Lambda, and outages of Certify's dependencies. Four rounds of 60 s and pauses of 1 + 2
 * + 4 s take 247 s. With the pauses above that is 277 s, within the five minutes of an Express
 * workflow. After that the dispatcher restarts the attempt.
 */
const outage: RetryProps = {
  errors: [Errors.ALL],
  interval: Duration.seconds(1),
  backoffRate: 2,
  maxDelay: Duration.seconds(4),
  jitterStrategy: JitterType.FULL,
  maxAttempts: 3,
};

/** Invokes Certify for one round of an attempt. Its whole result is the next state's input. */
export function createCertifyState(scope: Construct, lambdaFunction: IFunction): LambdaInvoke {
  const state = new LambdaInvoke(scope, 'Certify', {
    lambdaFunction,
    payloadResponseOnly: true,
    retryOnServiceExceptions: false, // the rules above cover them
  });
  for (const rule of [permanent, noConcurrency, outage]) state.addRetry(rule);
  return state;
}
