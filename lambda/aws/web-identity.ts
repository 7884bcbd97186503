/**
 * A token of AWS STS that names our role, for a service that trusts AWS as an identity provider
 * (outbound federation).
 */
import { AssumeRoleCommand, GetWebIdentityTokenCommand, STSClient } from '@aws-sdk/client-sts';
import type { RemainingMilliseconds } from '../core/deadline.ts';
import { Fault } from '../core/errors.ts';
import { boundClient } from './bounded-client.ts';
import { clientDefaults } from './client-defaults.ts';

/** The subject and the audience of the token. */
export interface WebIdentityOptions {
  /** The role that the other side trusts. The function's own role can assume it. */
  readonly roleArn: string;
  readonly audience: string;
  /** The rest of the function's time; both calls end within it. */
  readonly remainingMilliseconds: RemainingMilliseconds;
}

/** Short, because the token is used at once. */
const tokenSeconds = 300;

/**
 * Fetches a new token on each call. Callers cache the token that they exchange it for. The
 * algorithm is RS256, because Entra ID accepts no other from another issuer. The calls go to the
 * Region's STS, because the global one issues no such token.
 */
export function createWebIdentity(
  { roleArn, audience, remainingMilliseconds }: WebIdentityOptions,
  sts: Pick<STSClient, 'send'> = new STSClient(clientDefaults),
  createClient: typeof createSessionClient = createSessionClient,
): () => Promise<string> {
  const bounds = { service: 'sts', remainingMilliseconds } as const;
  return async () => {
    const assumed = await boundClient(sts, bounds).send(
      new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'scep-connector' }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken } = assumed.Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken) throw new Fault('NoCredentials');
    const session = createClient({
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    });
    const { WebIdentityToken } = await boundClient(session, bounds).send(
      new GetWebIdentityTokenCommand({
        Audience: [audience],
        SigningAlgorithm: 'RS256',
        DurationSeconds: tokenSeconds,
      }),
    );
    if (!WebIdentityToken) throw new Fault('NoWebIdentityToken');
    return WebIdentityToken;
  };
}

/** The credentials of an assumed role. */
interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

const createSessionClient = (credentials: SessionCredentials): Pick<STSClient, 'send'> =>
  new STSClient({ ...clientDefaults, credentials });
