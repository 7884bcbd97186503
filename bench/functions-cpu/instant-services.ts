/** The AWS services of an enrolment, here in the bench's own process, answering at once. */

import { environment } from '../../lambda/environment.ts';
import type { ApiPassthrough } from '../../lambda/ports.ts';
import { startAwsJsonServer } from '../../lib/local/emulators/aws-json-server.ts';
import { AwsError, type AwsService, requiredText } from '../../lib/local/emulators/aws-service.ts';
import { startDynamoDb } from '../../lib/local/emulators/dynamodb.ts';
import { memoryPrivateCa } from '../../test/fakes/memory-private-ca.ts';
import type { TestRa } from '../../test/kit/test-ra.ts';
import { functionEnvironment } from '../deployed-bundles.ts';

/** What the services hold, and whom they tell of a started execution (its input). */
export interface ServicesOptions {
  readonly directory: string;
  readonly ra: TestRa;
  readonly secrets: Readonly<Record<string, string>>;
  readonly onExecution: (input: string) => void;
}

/** Starts them; `environment` leads a function's clients here. */
export async function startInstantServices(options: ServicesOptions) {
  const dynamoDb = await startDynamoDb(options.directory);
  const tables = [
    environment.challengesTable,
    environment.enrolmentsTable,
    environment.envelopesTable,
  ];
  for (const table of tables)
    await dynamoDb.ensureTable({
      TableName: functionEnvironment[table],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
  await dynamoDb.ensureTable({
    TableName: functionEnvironment[environment.historyTable],
    AttributeDefinitions: [
      { AttributeName: 'connectorDay', AttributeType: 'S' },
      { AttributeName: 'at', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'connectorDay', KeyType: 'HASH' },
      { AttributeName: 'at', KeyType: 'RANGE' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  });
  const aws = await startAwsJsonServer([
    eventBridge,
    secretsManager(options),
    stepFunctions(options),
    acmPca(options),
  ]);
  return {
    dynamoDbEndpoint: dynamoDb.endpoint,
    environment: {
      AWS_ENDPOINT_URL_ACM_PCA: aws.endpoint,
      AWS_ENDPOINT_URL_EVENTBRIDGE: aws.endpoint,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.endpoint,
      AWS_ENDPOINT_URL_SFN: aws.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
    },
    stop: async () => {
      await aws.stop();
      await dynamoDb.stop();
    },
  };
}

const eventBridge: AwsService = {
  name: 'EventBridge',
  targetPrefix: 'AWSEvents',
  operations: { PutEvents: () => ({ FailedEntryCount: 0, Entries: [] }) },
};

const secretsManager = ({ secrets }: ServicesOptions): AwsService => ({
  name: 'Secrets Manager',
  targetPrefix: 'secretsmanager',
  operations: {
    GetSecretValue: (input) => {
      const SecretString = secrets[requiredText(input, 'SecretId')];
      if (SecretString === undefined || input.VersionStage === 'AWSPREVIOUS')
        throw new AwsError('ResourceNotFoundException', 'no such version');
      return { SecretString };
    },
  },
});

const stepFunctions = ({ onExecution }: ServicesOptions): AwsService => ({
  name: 'Step Functions',
  targetPrefix: 'AWSStepFunctions',
  operations: {
    StartExecution: (input) => {
      onExecution(requiredText(input, 'input'));
      return { executionArn: 'arn', startDate: Date.now() / 1000 };
    },
  },
});

/** A CA that has the certificate at the second look. */
function acmPca({ ra }: ServicesOptions): AwsService {
  const ca = memoryPrivateCa(ra);
  return {
    name: 'AWS Private CA',
    targetPrefix: 'ACMPrivateCA',
    operations: {
      IssueCertificate: async (input) => {
        const csr = Buffer.from(requiredText(input, 'Csr'), 'base64').toString();
        const CertificateArn = await ca.issue({
          request: Buffer.from(csr.replace(/-----[^-]+-----/g, ''), 'base64'),
          idempotencyToken: requiredText(input, 'IdempotencyToken'),
          validityDays: (input.Validity as { readonly Value: number }).Value,
          signingAlgorithm: requiredText(input, 'SigningAlgorithm'),
          passthrough: input.ApiPassthrough as ApiPassthrough,
        });
        return { CertificateArn };
      },
      GetCertificate: async (input) => {
        const Certificate = await ca.collect(requiredText(input, 'CertificateArn'));
        if (Certificate === undefined) throw new AwsError('RequestInProgressException', 'not yet');
        return { Certificate };
      },
    },
  };
}
