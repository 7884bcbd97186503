/** A task of issuance as a state: which of its errors are retried, for how long, and which end the enrolment. */
import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Errors, JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { terminalErrors, throttledError, unknownError } from '../../lambda/issuance/task.ts';

/** These are answers, not outages: asking again gets the same. "All errors" below would mean these too. */
const answers: RetryProps = { errors: [...terminalErrors], maxAttempts: 0 };

/** Nor is this: a certificate may have been made, and asking again would make another. It is looked for instead. */
const unknown: RetryProps = { errors: [unknownError], maxAttempts: 0 };

/**
 * The CA is busy, or Lambda has no room: nothing was done and nothing is lost, so wait for as long as it takes. 2,000 waits of 15 s (half of 30 s, by the
 * jitter) are eight hours; at the CA's 25 a second that is a queue of 700,000 devices.
 */
const busy: RetryProps = {
  errors: [throttledError, 'Lambda.TooManyRequestsException'],
  interval: Duration.seconds(2),
  backoffRate: 1.5,
  maxDelay: Duration.seconds(30),
  jitterStrategy: JitterType.FULL,
  maxAttempts: 2_000,
};

/** Anything else is an outage. */
const outage = (maxAttempts: number, maxDelay: Duration): RetryProps => ({
  errors: [Errors.ALL],
  interval: Duration.seconds(1),
  backoffRate: 2,
  maxDelay,
  jitterStrategy: JitterType.FULL,
  maxAttempts,
});

/** A task that can be repeated for ever is, for half an hour or so: what it would lose is a certificate. */
const patiently = outage(20, Duration.minutes(5));

/**
 * The rules of each task, in the order in which they are tried. `Issue` has to end within the five minutes in which
 * ACM PCA knows its idempotency token: seven turns of 20 s and waits of 1 + 2 + ... + 32 s are 203 s.
 */
const rules = {
  Issue: [answers, unknown, busy, outage(6, Duration.seconds(32))],
  Collect: [answers, busy, patiently],
  Find: [answers, busy, patiently],
  Lint: [answers, busy, patiently],
  Notify: [busy, patiently],
  Settle: [patiently],
} as const satisfies Record<string, readonly RetryProps[]>;

/** The state that calls one function. The function's answer is the next state's input, whole. */
export function taskState(
  scope: Construct,
  name: keyof typeof rules,
  lambdaFunction: IFunction,
): LambdaInvoke {
  const state = new LambdaInvoke(scope, name, {
    lambdaFunction,
    payloadResponseOnly: true,
    retryOnServiceExceptions: false, // the rules say it all
  });
  for (const rule of rules[name]) state.addRetry(rule);
  return state;
}
