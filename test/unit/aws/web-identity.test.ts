import type { STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import {
  createIntuneSecretSource,
  parseClientCertificate,
} from '../../../lambda/aws/intune-credential.ts';
import { createWebIdentity } from '../../../lambda/aws/web-identity.ts';

const credentials = { AccessKeyId: 'AKIA', SecretAccessKey: 'secret', SessionToken: 'session' };

/** An STS that answers each command by its name; `sent` collects the commands. */
function sts(answers: Readonly<Record<string, unknown>>) {
  const sent: { readonly name: string; readonly input: unknown }[] = [];
  const send = async (command: { readonly input: unknown }) => {
    const { name } = command.constructor;
    sent.push({ name, input: command.input });
    return answers[name] ?? {};
  };
  return { sent, client: { send } as unknown as Pick<STSClient, 'send'> };
}

const options = {
  roleArn: 'arn:aws:iam::111122223333:role/identity',
  audience: 'api://Audience',
  remainingMilliseconds: () => 29_000,
};

describe('a web identity', () => {
  it('is a short-lived token of the role for one audience, in the only algorithm that Entra accepts', async () => {
    const { sent, client } = sts({
      AssumeRoleCommand: { Credentials: credentials },
      GetWebIdentityTokenCommand: { WebIdentityToken: 'a.b.c' },
    });
    const sessions: unknown[] = [];
    const token = createWebIdentity(options, client, (session) => {
      sessions.push(session);
      return client;
    });
    expect(await token()).toBe('a.b.c');
    expect(sent).toEqual([
      {
        name: 'AssumeRoleCommand',
        input: { RoleArn: options.roleArn, RoleSessionName: 'scep-connector' },
      },
      {
        name: 'GetWebIdentityTokenCommand',
        input: { Audience: ['api://Audience'], SigningAlgorithm: 'RS256', DurationSeconds: 300 },
      },
    ]);
    expect(sessions).toEqual([
      { accessKeyId: 'AKIA', secretAccessKey: 'secret', sessionToken: 'session' },
    ]);
  });

  it('is an outage if STS gives no credentials or no token', async () => {
    const none = sts({});
    await expect(createWebIdentity(options, none.client, () => none.client)()).rejects.toThrow();
    const half = sts({ AssumeRoleCommand: { Credentials: credentials } });
    await expect(createWebIdentity(options, half.client, () => half.client)()).rejects.toThrow();
  });
});

describe('the secret of an Intune connector', () => {
  const holding = (SecretString: string) =>
    createIntuneSecretSource({ send: async () => ({ SecretString }) } as never, 'arn');

  it('is the text that the operator stored, without a line end at its end', async () => {
    expect(await holding('entra~secret\n')()).toBe('entra~secret');
  });

  it.each(['{"placeholder":"Xyz"}', '', ' \n'])('is missing if its text is %j', async (text) => {
    await expect(holding(text)()).rejects.toMatchObject({ name: 'IntuneSecretIsEmpty' });
  });

  it.each(['canary', '{"certificatePem":"canary"}', 'null', '[]'])(
    'is refused as a certificate if its text is %s, and is not quoted',
    (text) => {
      let thrown: unknown;
      try {
        parseClientCertificate(text);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toMatchObject({ name: 'IntuneSecretIsNoCertificate' });
      expect(String((thrown as Error).stack)).not.toContain('canary');
    },
  );

  it('can be a certificate and its key', () => {
    const pair = { certificatePem: 'one', privateKeyPem: 'two' };
    expect(parseClientCertificate(JSON.stringify(pair))).toEqual(pair);
  });
});
