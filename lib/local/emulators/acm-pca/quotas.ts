/**
 * The default quotas of an account and Region, by operation; above them the answer is
 * ThrottlingException.
 */
import { createTokenBucket } from '../../token-bucket.ts';
import { AwsError, type Operation } from '../aws-service.ts';

// IssueCertificate 25/s and GetCertificate 75/s, both adjustable: a raised one is taken to raise
// the other.
const getPerIssue = 3;
const otherRatePerSecond = 20;

/** Limits each operation to its rate, with as many at once as it gains in a second. */
export const applyQuotas = (
  operations: Readonly<Record<string, Operation>>,
  issueRatePerSecond: number,
  now: () => number,
): Record<string, Operation> => {
  const rates: Readonly<Record<string, number>> = {
    IssueCertificate: issueRatePerSecond,
    GetCertificate: issueRatePerSecond * getPerIssue,
  };
  return Object.fromEntries(
    Object.entries(operations).map(([name, run]) => {
      const rate = rates[name] ?? otherRatePerSecond;
      const bucket = createTokenBucket(rate, Math.max(1, rate), now);
      const limited: Operation = (input) => {
        if (bucket.take()) return run(input);
        throw new AwsError('ThrottlingException', 'Rate exceeded');
      };
      return [name, limited];
    }),
  );
};
