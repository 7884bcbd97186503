/** What StartExecution and DescribeExecution take and give. */
import { randomUUID } from 'node:crypto';
import { AwsError, type Json } from '../aws-service.ts';
import type { Execution } from './executions.ts';

const inputLimitBytes = 262_144;
const namePattern = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/]{1,80}$/;

/**
 * Standard workflows: a name may be used again only while its execution runs, and with the same input; then it is the
 * same execution. Afterwards, and with another input, it is taken (for 90 days in AWS, for good here).
 */
export const answerKnown = (known: Execution, input: string): Json => {
  if (known.end === undefined && known.input === input) return started(known);
  throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${known.arn}'`);
};

/** StartExecution's answer. */
export const started = ({ arn, startedAt }: Pick<Execution, 'arn' | 'startedAt'>): Json => ({
  executionArn: arn,
  startDate: startedAt / 1000,
});

/** The name asked for, or a random one; refuses what Step Functions takes for no name. */
export const checkedName = (given: string | undefined): string => {
  const name = given ?? randomUUID();
  if (!namePattern.test(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
  return name;
};

/** The input as it came; refuses what is not JSON and what is over 256 KiB. */
export const checkedInput = (input: string): string => {
  try {
    JSON.parse(input);
  } catch {
    throw new AwsError('InvalidExecutionInput', 'Invalid State Machine Execution Input: not JSON');
  }
  if (Buffer.byteLength(input) <= inputLimitBytes) return input;
  throw new AwsError(
    'InvalidExecutionInput',
    `Invalid State Machine Execution Input: over ${inputLimitBytes} bytes`,
  );
};

/** DescribeExecution's answer. */
export const describe = ({
  arn,
  stateMachineArn,
  name,
  input,
  startedAt,
  end,
}: Execution): Json => ({
  executionArn: arn,
  stateMachineArn,
  name,
  status: end?.status ?? 'RUNNING',
  startDate: startedAt / 1000,
  input,
  ...(end && {
    stopDate: end.endedAt / 1000,
    ...(end.output === undefined ? {} : { output: end.output }),
    ...(end.error === undefined ? {} : { error: end.error, cause: end.cause }),
  }),
});
