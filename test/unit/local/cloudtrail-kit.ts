/** A CloudTrail for a test. */
import { join } from 'node:path';
import { AwsError, type Json, runOperation } from '../../../lib/local/emulators/aws-service.ts';
import { createCloudTrail } from '../../../lib/local/emulators/cloudtrail.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** The start of the test's clock, in epoch milliseconds. */
export const startTime = Date.UTC(2026, 0, 31, 12);
/** A CSR in base64, which the trail must not contain. */
export const csr = 'Y2hhbGxlbmdlUGFzc3dvcmQ=';
/** The certificate that the CA issues. */
export const certificateArn =
  'arn:aws:acm-pca:us-east-1:000000000000:certificate-authority/1/certificate/2';

/** An IssueCertificate request. */
export const issue = {
  CertificateAuthorityArn: 'arn:aws:acm-pca:us-east-1:000000000000:certificate-authority/1',
  Csr: csr,
  SigningAlgorithm: 'SHA256WITHRSA',
  TemplateArn: 'arn:aws:acm-pca:::template/BlankEndEntityCertificate_APIPassthrough/V1',
  Validity: { Type: 'DAYS', Value: 5 },
  IdempotencyToken: 'token-1',
  ApiPassthrough: { Extensions: { KeyUsage: { DigitalSignature: true } } },
};

/** A trail of a CA that issues, or refuses with `refusal`. A test moves its clock. */
export const setUp = ({ directory = temporaryDirectory(), delaySeconds = 0 } = {}) => {
  let clock = startTime;
  const path = join(directory, 'cloudtrail.jsonl');
  const trail = createCloudTrail({ path, delaySeconds, now: () => clock });
  const ca = trail.recording(
    {
      name: 'CA',
      targetPrefix: 'ACMPrivateCA',
      operations: {
        IssueCertificate: ({ refusal }) => {
          if (refusal) throw new AwsError(String(refusal), 'refused');
          return { CertificateArn: certificateArn };
        },
        GetCertificate: () => ({}),
      },
    },
    'acm-pca.amazonaws.com',
    'IssueCertificate',
  );
  const call = (operation: string, input: Json = {}) =>
    runOperation(ca, operation, { ...issue, ...input });
  // Half a second per lookup, which is the quota.
  const lookUp = async (input: Json = {}) => {
    clock += 500;
    return (await runOperation(trail, 'LookupEvents', input)) as {
      Events: Record<string, unknown>[];
      NextToken?: string;
    };
  };
  const pass = (seconds: number) => {
    clock += seconds * 1000;
  };
  return { trail, directory, path, call, lookUp, pass };
};

/** Lists the ids of events. */
export const listIds = (events: readonly Record<string, unknown>[]) =>
  events.map(({ EventId }) => EventId);
