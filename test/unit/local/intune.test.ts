/**
 * The emulated Intune tenant as part of a stack: the connector of the app, and the environment of its
 * functions.
 */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { environment } from '../../../lambda/config/environment.ts';
import type { IntuneSettings } from '../../../lambda/config/settings.ts';
import { createSecretCredential } from '../../../lambda/intune/credential.ts';
import { createIntune } from '../../../lambda/intune/intune.ts';
import { resolveIntune } from '../../../lib/cloud/declared-intune.ts';
import { startLocalStack } from '../../../lib/local/stack.ts';
import { callService } from './stack-kit.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { writeTinyAssembly } from './tiny-assembly.ts';

const withIntune = {
  IntuneSecret: {
    Type: 'AWS::SecretsManager::Secret',
    Properties: { GenerateSecretString: { PasswordLength: 20 } },
  },
  Asker: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Code: { S3Key: 'device.zip' },
      Environment: { Variables: { [environment.intuneSecret]: { Ref: 'IntuneSecret' } } },
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Runtime: 'nodejs24.x',
    },
  },
  ReadIntuneSecret: {
    Type: 'AWS::IAM::Policy',
    Properties: {
      Roles: [{ Ref: 'Role' }],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'secretsmanager:GetSecretValue',
            Resource: { Ref: 'IntuneSecret' },
          },
        ],
      },
    },
  },
};

/**
 * A stack with an emulated tenant; the tenant of its app's connector, and the secret that its function
 * finds.
 */
const start = async (directory = temporaryDirectory()) => {
  let told: IntuneSettings | undefined;
  const stack = await startLocalStack({
    stateDirectory: join(directory, 'state'),
    isIntune: true,
    assembly: async ({ intune }) => {
      told = intune && resolveIntune(intune);
      return writeTinyAssembly(join(directory, 'assembly'), withIntune);
    },
  });
  onTestFinished(stack.stop);
  const { Asker } = stack.functionEnvironments;
  const { SecretString } = await callService(
    stack,
    'SECRETS_MANAGER',
    'secretsmanager.GetSecretValue',
    { SecretId: Asker?.[environment.intuneSecret] },
  );
  if (told === undefined) throw new Error('the app was told nothing');
  return { stack, told, secret: String(SecretString), directory };
};

/** The adapter, put together from what the app was told alone. */
const adapterOf = ({ told, secret }: Awaited<ReturnType<typeof start>>) =>
  createIntune({
    ...told,
    clientId: told.applicationId,
    credential: createSecretCredential(async () => secret),
    callerInfo: 'test',
    caConfiguration: 'test',
    certificateAuthority: 'test',
  });

describe('an emulated Intune tenant', () => {
  it('lets in who has what the app was told and the secret that its functions find', async () => {
    expect(await adapterOf(await start()).downloadRevocations(1)).toEqual([]);
  });

  it('lets nobody in by another secret', async () => {
    const wrong = { ...(await start()), secret: 'wrong' };
    await expect(adapterOf(wrong).downloadRevocations(1)).rejects.toMatchObject({ step: 'token' });
  });

  it('keeps its secret across restarts, and has a new one for each state directory', async () => {
    const first = await start();
    await first.stack.stop();
    const [again, elsewhere] = [await start(first.directory), await start()];
    expect(again.secret).toBe(first.secret);
    expect(elsewhere.secret).not.toBe(first.secret);
  });

  it('tells where it is controlled', async () => {
    const { stack } = await start();
    const response = await fetch(`${stack.intuneControlUrl}/notifications`);
    expect(await response.json()).toEqual({ notifications: [] });
  });

  it('ends with the stack', async () => {
    const { stack } = await start();
    await stack.stop();
    await expect(fetch(`${stack.intuneControlUrl}/notifications`)).rejects.toThrow();
  });
});
