/** StartExecution's input and output. */
import { randomUUID } from 'node:crypto';
import { AwsError, type Json } from '../aws-service.ts';
import type { Execution } from './executions.ts';

const maxInputBytes = 262_144;
const namePattern = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/]{1,80}$/;

/** StartExecution's answer. */
export const toStartedOutput = ({
  arn,
  startedAt,
}: Pick<Execution, 'arn' | 'startedAt'>): Json => ({
  executionArn: arn,
  startDate: startedAt / 1000,
});

/** The requested name, or a random one; refuses a name that Step Functions does not accept. */
export const checkName = (given: string | undefined): string => {
  const name = given ?? randomUUID();
  if (!namePattern.test(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
  return name;
};

/** Returns the input unchanged; refuses text that is not JSON or exceeds 256 KiB. */
export const checkInput = (input: string): string => {
  try {
    JSON.parse(input);
  } catch {
    throw new AwsError('InvalidExecutionInput', 'Invalid State Machine Execution Input: not JSON');
  }
  if (Buffer.byteLength(input) <= maxInputBytes) return input;
  throw new AwsError(
    'InvalidExecutionInput',
    `Invalid State Machine Execution Input: over ${maxInputBytes} bytes`,
  );
};
