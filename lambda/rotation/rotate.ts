/**
 * The birth and the renewal of an RA identity are one act (design decision 7): Secrets Manager's four steps, each safe to
 * be told again. Between createSecret and finishSecret the new identity is AWSPENDING and nobody uses it; finishSecret
 * makes it current and the old one previous, which the scep function still opens requests with.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { makeRaRequest } from '../asn1/ra-request.ts';
import { type RaIdentity, type RaSecret, raIdentityOf } from '../message/ra-identity.ts';
import { assertImplicitRejection } from '../message/self-test.ts';
import type { Clock, PrivateCa } from '../ports.ts';
import { raPassthrough } from './ra-passthrough.ts';

/** The event that Secrets Manager sends. */
export interface RotationEvent {
  readonly Step: string;
  readonly SecretId: string;
  readonly ClientRequestToken: string;
}

/** The secret under rotation, in our words. */
export interface RotatingSecret {
  /** The text of the version of this token, if createSecret was done. */
  pending(token: string): Promise<string | undefined>;
  putPending(token: string, text: string): Promise<void>;
  /** Moves AWSCURRENT to this token's version; nothing happens if it is there. */
  makeCurrent(token: string): Promise<void>;
}

/** What rotating needs. */
export interface RotationContext {
  readonly connectorId: string;
  readonly raValidityDays: number;
  readonly signingAlgorithm: string;
  readonly secret: RotatingSecret;
  readonly ca: Pick<PrivateCa, 'issue' | 'collect' | 'chain'>;
  readonly clock: Clock;
}

type Step = (token: string, context: RotationContext) => Promise<void>;

const steps: Readonly<Record<string, Step>> = {
  createSecret: async (token, context) => {
    if ((await context.secret.pending(token)) !== undefined) return;
    await context.secret.putPending(token, JSON.stringify(await makeIdentity(context)));
  },
  // There is no other system to tell of the new identity.
  setSecret: async () => {},
  testSecret: async (token, { secret, ca }) => {
    const identity = raIdentityOf((await secret.pending(token)) ?? '');
    if (identity === undefined) throw new Error('RaSecretIncomplete');
    assertImplicitRejection(identity);
    assertIssuedBy(await ca.chain(), identity);
  },
  finishSecret: async (token, { secret }) => secret.makeCurrent(token),
};

/** Runs one step; throws for a step that is not one of the four. */
export async function rotate(event: RotationEvent, context: RotationContext): Promise<void> {
  const step = Object.hasOwn(steps, event.Step) ? steps[event.Step] : undefined;
  if (step === undefined) throw new Error('UnknownRotationStep');
  await step(event.ClientRequestToken, context);
}

/** A rotation that failed goes on with the identity it made, and the connector may have got another CA meanwhile. */
function assertIssuedBy(caPem: string, { certificate, chain: [issuer] }: RaIdentity): void {
  const ca = new X509Certificate(caPem);
  const isIssuer = issuer !== undefined && Buffer.compare(ca.raw, issuer) === 0;
  if (!isIssuer || !new X509Certificate(certificate.der).verify(ca.publicKey))
    throw new Error('RaOfAnotherAuthority');
}

async function makeIdentity(context: RotationContext): Promise<RaSecret> {
  const { connectorId, ca, clock, raValidityDays, signingAlgorithm } = context;
  const { privateKeyPem, request } = await makeRaRequest(`SCEP RA ${connectorId}`);
  const certificateArn = await ca.issue({
    request,
    // Named by the key: a second try has a new one, and the first try's certificate would not fit it.
    idempotencyToken: createHash('sha256').update(request).digest('base64url').slice(0, 36),
    validityDays: raValidityDays,
    signingAlgorithm,
    passthrough: raPassthrough(connectorId),
  });
  const certificatePem = await collected(certificateArn, ca, clock);
  return { privateKeyPem, certificatePem, chainPem: await ca.chain() };
}

/** The CA is slow at its own pace; a rotation has minutes, and is tried again by Secrets Manager when they are over. */
const collectSeconds = 120;

async function collected(
  certificateArn: string,
  ca: Pick<PrivateCa, 'collect'>,
  clock: Clock,
): Promise<string> {
  for (let waited = 0; waited < collectSeconds; waited += 1) {
    const pem = await ca.collect(certificateArn);
    if (pem !== undefined) return pem;
    await clock.sleep(1000);
  }
  throw new Error('RaCertificateNotReady');
}
