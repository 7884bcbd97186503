/** DescribeCertificateAuthority, as much of it as a deployment checks. */
import { type ACMPCAClient, DescribeCertificateAuthorityCommand } from '@aws-sdk/client-acm-pca';
import type { AuthorityDescription } from '../deployment/authority-faults.ts';

/** Describes a CA; throws the SDK's error. */
export const createDescribeAuthority =
  (client: Pick<ACMPCAClient, 'send'>) =>
  async (CertificateAuthorityArn: string): Promise<AuthorityDescription> => {
    const { CertificateAuthority: authority } = await client.send(
      new DescribeCertificateAuthorityCommand({ CertificateAuthorityArn }),
    );
    const notAfter = authority?.NotAfter?.getTime();
    return {
      status: String(authority?.Status),
      keyAlgorithm: String(authority?.CertificateAuthorityConfiguration?.KeyAlgorithm),
      // A CA from before the modes has none, and is of general purpose.
      usageMode: authority?.UsageMode ?? 'GENERAL_PURPOSE',
      ...(notAfter !== undefined && { notAfterSeconds: notAfter / 1000 }),
    };
  };
