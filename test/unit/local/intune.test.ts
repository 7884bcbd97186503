/**
 * The emulated Intune tenant as part of a stack: the connector of the app, and the environment of
 * its functions.
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
 * Starts a stack with an emulated tenant. Returns the settings of the connector of the tenant and
 * the secret of its function.
 */
const start = async (directory = temporaryDirectory()) => {
  let settings: IntuneSettings | undefined;
  const stack = await startLocalStack({
    stateDirectory: join(directory, 'state'),
    isIntune: true,
    assembly: async ({ intune }) => {
      settings = intune && resolveIntune(intune);
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
  if (settings === undefined) throw new Error('the app got no Intune settings');
  return { stack, settings, secret: String(SecretString), directory };
};

/** Creates the adapter from the context of the app alone. */
const createAdapter = ({ settings, secret }: Awaited<ReturnType<typeof start>>) =>
  createIntune({
    ...settings,
    clientId: settings.applicationId,
    credential: createSecretCredential(async () => secret),
    callerInfo: 'test',
    caConfiguration: 'test',
    certificateAuthority: 'test',
  });

describe('an emulated Intune tenant', () => {
  it('accepts a client with the context of the app and the secret of its functions', async () => {
    expect(await createAdapter(await start()).downloadRevocations(1)).toEqual([]);
  });

  it('refuses another secret', async () => {
    const wrong = { ...(await start()), secret: 'wrong' };
    await expect(createAdapter(wrong).downloadRevocations(1)).rejects.toMatchObject({
      step: 'token',
    });
  });

  it('keeps its secret across restarts, one per state directory', async () => {
    const first = await start();
    await first.stack.stop();
    const [again, elsewhere] = [await start(first.directory), await start()];
    expect(again.secret).toBe(first.secret);
    expect(elsewhere.secret).not.toBe(first.secret);
  });

  it('provides the URL of its control API', async () => {
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
