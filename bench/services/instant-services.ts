/**
 * The AWS services that an enrolment calls besides DynamoDB. They answer at once and check no
 * caller.
 */

import { environment } from '../../lambda/config/environment.ts';
import type { ApiPassthrough } from '../../lambda/ports/certificate-authority.ts';
import { AwsError, type AwsService, requireText } from '../../lib/local/emulators/aws-service.ts';
import type { BenchAuthority } from '../connector/authority.ts';
import { secretTexts } from '../connector/connector.ts';
import { fromPem } from '../connector/pem.ts';
import { functionEnvironment } from '../deployed-bundles.ts';

const eventBridge: AwsService = {
  name: 'EventBridge',
  targetPrefix: 'AWSEvents',
  operations: { PutEvents: () => ({ FailedEntryCount: 0, Entries: [] }) },
};

/** Secrets Manager with the secrets of the bench's connector and no previous versions. */
function secretsManager({ raSecret }: BenchAuthority): AwsService {
  const texts: Readonly<Record<string, string>> = {
    [functionEnvironment[environment.raSecret] ?? '']: JSON.stringify(raSecret),
    [functionEnvironment[environment.lookupSecret] ?? '']: secretTexts.lookup,
    [functionEnvironment[environment.issuanceSecret] ?? '']: secretTexts.issuance,
  };
  return {
    name: 'Secrets Manager',
    targetPrefix: 'secretsmanager',
    operations: {
      GetSecretValue: (input) => {
        const SecretString = texts[requireText(input, 'SecretId')];
        if (SecretString === undefined || input.VersionStage === 'AWSPREVIOUS')
          throw new AwsError('ResourceNotFoundException', 'no such version');
        return { SecretString };
      },
    },
  };
}

/** Step Functions; `onStart` receives the input of an execution. */
const stepFunctions = (onStart: (input: string) => void): AwsService => ({
  name: 'Step Functions',
  targetPrefix: 'AWSStepFunctions',
  operations: {
    StartExecution: (input) => {
      onStart(requireText(input, 'input'));
      return { executionArn: 'arn', startDate: Date.now() / 1000 };
    },
  },
});

/** A CA that issues its certificates at once. */
function acmPca({ sign }: BenchAuthority): AwsService {
  const made = new Map<string, string>();
  return {
    name: 'AWS Private CA',
    targetPrefix: 'ACMPrivateCA',
    operations: {
      IssueCertificate: (input) => {
        const idempotencyToken = requireText(input, 'IdempotencyToken');
        const CertificateArn = `${requireText(input, 'CertificateAuthorityArn')}/certificate/${idempotencyToken}`;
        const pem = sign({
          request: fromPem(Buffer.from(requireText(input, 'Csr'), 'base64').toString()),
          idempotencyToken,
          validityDays: (input.Validity as { readonly Value: number }).Value,
          signingAlgorithm: requireText(input, 'SigningAlgorithm'),
          passthrough: input.ApiPassthrough as ApiPassthrough,
        });
        made.set(CertificateArn, pem);
        return { CertificateArn };
      },
      GetCertificate: (input) => ({ Certificate: made.get(requireText(input, 'CertificateArn')) }),
    },
  };
}

/** Creates all of these services. */
export const createInstantServices = (
  authority: BenchAuthority,
  onStart: (input: string) => void,
): readonly AwsService[] => [
  eventBridge,
  secretsManager(authority),
  stepFunctions(onStart),
  acmPca(authority),
];

/** The environment that directs a function's clients to these servers. */
export const buildEndpointVariables = (aws: string, dynamoDb: string) => ({
  AWS_ENDPOINT_URL_ACM_PCA: aws,
  AWS_ENDPOINT_URL_EVENTBRIDGE: aws,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: aws,
  AWS_ENDPOINT_URL_SFN: aws,
  AWS_ENDPOINT_URL_DYNAMODB: dynamoDb,
});
