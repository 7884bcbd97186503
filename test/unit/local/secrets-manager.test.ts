import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runOperation } from '../../../lib/local/emulators/aws-service.ts';
import { generateSecretString } from '../../../lib/local/emulators/secrets-manager/random-password.ts';
import { arn, setUp, token } from './secrets-kit.ts';

describe('a secret', () => {
  it('is found by ARN and by name', async () => {
    const { value } = setUp();
    expect((await value({ SecretId: 'ra' })).SecretString).toBe('first');
  });

  it.each([{ SecretId: 'nobody' }, { VersionStage: 'AWSPENDING' }, { VersionId: token }])(
    'is not found by %j',
    async (input) => {
      await expect(setUp().value(input)).rejects.toMatchObject({
        code: 'ResourceNotFoundException',
      });
    },
  );

  it('is stored in a file that only the owner can read', async () => {
    const { directory, path } = setUp();
    const again = setUp({ directory });
    again.manager.ensureSecret(arn, 'ra', () => 'second');
    expect((await again.value()).SecretString).toBe('first');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('accepts the same token again only with the same value', async () => {
    const { manager } = setUp();
    const put = (SecretString: string) =>
      runOperation(manager, 'PutSecretValue', {
        SecretId: arn,
        ClientRequestToken: token,
        SecretString,
      });
    await put('two');
    await expect(put('two')).resolves.toMatchObject({ VersionStages: ['AWSCURRENT'] });
    await expect(put('three')).rejects.toMatchObject({ code: 'ResourceExistsException' });
  });

  it('makes the old version AWSPREVIOUS when a new one becomes current', async () => {
    const { manager, value } = setUp();
    await runOperation(manager, 'PutSecretValue', {
      SecretId: arn,
      ClientRequestToken: token,
      SecretString: 'two',
    });
    expect((await value({ VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('first');
  });

  it('keeps a label on its version unless the caller names that version', async () => {
    const { manager } = setUp();
    await runOperation(manager, 'PutSecretValue', {
      SecretId: arn,
      ClientRequestToken: token,
      SecretString: 'two',
      VersionStages: ['AWSPENDING'],
    });
    const move = runOperation(manager, 'UpdateSecretVersionStage', {
      SecretId: arn,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: token,
    });
    await expect(move).rejects.toMatchObject({ code: 'InvalidParameterException' });
  });

  it('does not support an operation that is not modelled', async () => {
    await expect(runOperation(setUp().manager, 'ListSecrets', {})).rejects.toThrow(
      'The local Secrets Manager does not model ListSecrets',
    );
  });
});

describe('a generated secret', () => {
  it('has the requested length and characters', () => {
    expect(generateSecretString({ PasswordLength: 64, ExcludePunctuation: true })).toMatch(
      /^[A-Za-z0-9]{64}$/,
    );
  });

  it('can be one member of a template', () => {
    const text = generateSecretString({
      SecretStringTemplate: '{"user":"a"}',
      GenerateStringKey: 'password',
    });
    expect(JSON.parse(text)).toEqual({ user: 'a', password: expect.stringMatching(/^.{32}$/) });
  });
});
