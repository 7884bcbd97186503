import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import type { LocalStack } from '../../../lib/local/stack.ts';
import { callService, start } from './stack-kit.ts';

describe('a local stack', () => {
  it('records calls to the CA as CloudTrail does, and accepts events', async () => {
    const { stack } = await start();
    const refused = await callService(stack, 'ACM_PCA', 'ACMPrivateCA.IssueCertificate', {
      CertificateAuthorityArn: 'AUTHORITY',
    });
    const { Events } = await callService(
      stack,
      'CLOUDTRAIL',
      'CloudTrail_20131101.LookupEvents',
      {},
    );
    const [recorded] = Events as { CloudTrailEvent: string }[];
    expect(JSON.parse(recorded?.CloudTrailEvent ?? '{}').errorCode).toBe(refused.__type);
    const event = { Source: 'scep', DetailType: 'Issued', Detail: '{}' };
    const put = await callService(stack, 'EVENTBRIDGE', 'AWSEvents.PutEvents', {
      Entries: [event],
    });
    expect(put).toMatchObject({ FailedEntryCount: 0 });
  });
});

describe('a secret that an operator sets later', () => {
  const Credential = {
    Type: 'AWS::SecretsManager::Secret',
    Properties: { Description: 'for you' },
  };
  const SecretId = 'Tiny-Credential';
  const client = ({ awsEndpoints }: LocalStack) =>
    new SecretsManagerClient({
      endpoint: awsEndpoints.AWS_ENDPOINT_URL_SECRETS_MANAGER ?? '',
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });

  it('has a placeholder first, then the value of the operator, even after a restart', async () => {
    const first = await start({}, { Credential });
    const before = await client(first.stack).send(new GetSecretValueCommand({ SecretId }));
    expect(before.SecretString).toMatch(/^.{32}$/);
    await client(first.stack).send(
      new PutSecretValueCommand({ SecretId, SecretString: 'of the operator' }),
    );
    await first.stack.stop();
    const second = await start({ stateDirectory: first.stateDirectory }, { Credential });
    const after = await client(second.stack).send(new GetSecretValueCommand({ SecretId }));
    expect(after.SecretString).toBe('of the operator');
  });
});

describe('a rule with a schedule', () => {
  it('can be fired at once, and its function receives the event', async () => {
    const { stack } = await start(
      {},
      {
        Sweep: {
          Type: 'AWS::Events::Rule',
          Properties: {
            ScheduleExpression: 'rate(1 hour)',
            State: 'ENABLED',
            Targets: [{ Arn: { 'Fn::GetAtt': ['Device', 'Arn'] }, Id: 'Target0' }],
          },
        },
      },
    );
    expect(stack.schedules).toEqual(['Sweep']);
    const [result] = await stack.fireSchedule('Sweep');
    const { body } = JSON.parse(result?.ok ? result.payload : '{}');
    expect(JSON.parse(body)).toMatchObject({
      'detail-type': 'Scheduled Event',
      resources: ['arn:aws:events:us-east-1:000000000000:rule/Tiny-Sweep'],
    });
  });
});
