/**
 * The default quotas of an account and Region, by operation. Above them an operation throws
 * ThrottlingException.
 */
import { createTokenBucket } from '../../token-bucket.ts';
import { AwsError, type Operation } from '../aws-service.ts';

// IssueCertificate has 25/s and GetCertificate 75/s by default. A raised IssueCertificate quota
// raises the other one here too.
const getCertificatePerIssue = 3;
const otherRatePerSecond = 20;

/** Limits each operation to its rate, with a burst of one second. */
export const applyQuotas = (
  operations: Readonly<Record<string, Operation>>,
  issueRatePerSecond: number,
  now: () => number,
): Record<string, Operation> => {
  const rates: Readonly<Record<string, number>> = {
    IssueCertificate: issueRatePerSecond,
    GetCertificate: issueRatePerSecond * getCertificatePerIssue,
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
