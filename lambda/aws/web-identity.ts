/** A token of AWS STS that says which role we are, for who trusts AWS as an identity provider (outbound federation). */
import { AssumeRoleCommand, GetWebIdentityTokenCommand, STSClient } from '@aws-sdk/client-sts';
import type { RemainingMilliseconds } from '../deadline.ts';
import { boundedClient } from './bounded-client.ts';
import { clientDefaults } from './client-defaults.ts';

/** Whom the token is of, and for. */
export interface WebIdentityOptions {
  /** The role that the other side trusts; the function's own may assume it. */
  readonly roleArn: string;
  readonly audience: string;
  /** What is left of the function's time; both calls end within it. */
  readonly remainingMilliseconds: RemainingMilliseconds;
}

/** It is used at once. */
const tokenSeconds = 300;

/**
 * A source of tokens, each asked for anew: who uses one keeps what it got for it. RS256, as Entra ID takes no other
 * algorithm of another issuer's. The calls go to the Region's STS: the global one gives no such token.
 */
export function webIdentity(
  { roleArn, audience, remainingMilliseconds }: WebIdentityOptions,
  sts: Pick<STSClient, 'send'> = new STSClient(clientDefaults),
  as: typeof clientAs = clientAs,
): () => Promise<string> {
  const bounds = { service: 'sts', remainingMilliseconds } as const;
  return async () => {
    const assumed = await boundedClient(sts, bounds).send(
      new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'scep-connector' }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken } = assumed.Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken) throw new Error('NoCredentials');
    const session = as({
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    });
    const { WebIdentityToken } = await boundedClient(session, bounds).send(
      new GetWebIdentityTokenCommand({
        Audience: [audience],
        SigningAlgorithm: 'RS256',
        DurationSeconds: tokenSeconds,
      }),
    );
    if (!WebIdentityToken) throw new Error('NoWebIdentityToken');
    return WebIdentityToken;
  };
}

/** The credentials of an assumed role. */
interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

const clientAs = (credentials: SessionCredentials): Pick<STSClient, 'send'> =>
  new STSClient({ ...clientDefaults, credentials });
