/**
 * Creates and renews an RA identity in Secrets Manager's four steps, each of which is idempotent.
 * Between createSecret and finishSecret the new identity is AWSPENDING and unused. finishSecret
 * makes it current, and the old one previous. The scep function still decrypts requests to the
 * previous identity.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { makeRaRequest } from '../asn1/ra-request.ts';
import { Fault } from '../core/errors.ts';
import { limitValidityDays } from '../core/validity.ts';
import { parseRaIdentity, type RaIdentity, type RaSecret } from '../message/ra-identity.ts';
import { assertImplicitRejection } from '../message/self-test.ts';
import type { PrivateCa } from '../ports/certificate-authority.ts';
import type { IssuanceRateLimiter } from '../ports/rate-limiter.ts';
import type { Clock } from '../ports/system.ts';
import { buildRaApiPassthrough } from './ra-api-passthrough.ts';

/** The event that Secrets Manager sends. */
export interface RotationEvent {
  readonly Step: string;
  readonly SecretId: string;
  readonly ClientRequestToken: string;
}

/** The secret under rotation. */
export interface RotatingSecret {
  /** The text of this token's version; undefined before createSecret. */
  pending(token: string): Promise<string | undefined>;
  putPending(token: string, text: string): Promise<void>;
  /** Moves AWSCURRENT to this token's version. Does nothing if it is already there. */
  makeCurrent(token: string): Promise<void>;
}

/** The dependencies of a rotation. */
export interface RotationContext {
  readonly connectorId: string;
  readonly raValidityDays: number;
  readonly signingAlgorithm: string;
  readonly secret: RotatingSecret;
  readonly ca: Pick<PrivateCa, 'issue' | 'retrieve' | 'chain'>;
  /** A rotation takes a turn as well, because the quota of IssueCertificate is the account's. */
  readonly rateLimiter: IssuanceRateLimiter;
  readonly clock: Clock;
}

type Step = (token: string, context: RotationContext) => Promise<void>;

const steps: Readonly<Record<string, Step>> = {
  createSecret: async (token, context) => {
    if ((await context.secret.pending(token)) !== undefined) return;
    await context.secret.putPending(token, JSON.stringify(await makeIdentity(context)));
  },
  // No other system uses the identity.
  setSecret: async () => {},
  testSecret: async (token, { secret, ca }) => {
    const identity = parseRaIdentity((await secret.pending(token)) ?? '');
    if (identity === undefined) throw new Fault('RaSecretIncomplete');
    assertImplicitRejection(identity);
    assertIssuedBy(await ca.chain(), identity);
  },
  finishSecret: async (token, { secret }) => secret.makeCurrent(token),
};

/** Runs one step. Throws `UnknownRotationStep` unless it is one of the four. */
export async function rotate(event: RotationEvent, context: RotationContext): Promise<void> {
  const step = Object.hasOwn(steps, event.Step) ? steps[event.Step] : undefined;
  if (step === undefined) throw new Fault('UnknownRotationStep');
  await step(event.ClientRequestToken, context);
}

/**
 * Throws `RaOfAnotherAuthority` for an identity that another CA issued. A retried rotation
 * continues with the identity that it created, and the connector's CA may have changed since.
 */
function assertIssuedBy(caPem: string, { certificate, chain: [issuer] }: RaIdentity): void {
  const ca = new X509Certificate(caPem);
  const isIssuer = issuer !== undefined && Buffer.compare(ca.raw, issuer) === 0;
  if (!isIssuer || !new X509Certificate(certificate.der).verify(ca.publicKey))
    throw new Fault('RaOfAnotherAuthority');
}

async function makeIdentity(context: RotationContext): Promise<RaSecret> {
  const { connectorId, ca, clock, raValidityDays, signingAlgorithm } = context;
  const chainPem = await ca.chain();
  const { privateKeyPem, request } = await makeRaRequest(`SCEP RA ${connectorId}`);
  await waitForTurn(context);
  const certificateArn = await ca.issue({
    request,
    // The token is derived from the key, because a retry has a new key and needs a new certificate.
    idempotencyToken: createHash('sha256').update(request).digest('base64url').slice(0, 36),
    validityDays: limitValidityDays(
      raValidityDays,
      new X509Certificate(chainPem).validToDate.getTime() / 1000,
      clock.nowSeconds(),
    ),
    signingAlgorithm,
    passthrough: buildRaApiPassthrough(connectorId),
  });
  const certificatePem = await waitForCertificate(certificateArn, ca, clock);
  return { privateKeyPem, certificatePem, chainPem };
}

/** Waits for a turn, for at most a minute. */
async function waitForTurn({ rateLimiter, clock }: RotationContext): Promise<void> {
  const now = clock.nowMilliseconds();
  const wait = (await rateLimiter.take(now, 0)) - now;
  if (wait > 0) await clock.sleep(Math.min(wait, maxTurnMilliseconds));
}

const maxTurnMilliseconds = 60_000;

/** The longest wait for the certificate. After that Secrets Manager retries the step. */
const maxCertificateSeconds = 120;

async function waitForCertificate(
  certificateArn: string,
  ca: Pick<PrivateCa, 'retrieve'>,
  clock: Clock,
): Promise<string> {
  for (let waited = 0; waited < maxCertificateSeconds; waited += 1) {
    const pem = await ca.retrieve(certificateArn);
    if (pem !== undefined) return pem;
    await clock.sleep(1000);
  }
  throw new Fault('RaCertificateNotReady');
}
