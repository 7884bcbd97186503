/**
 * Checks client assertions (RFC 7523) as Entra ID does: those of a registered certificate, or of a
 * federated issuer.
 */
import { createHash, X509Certificate } from 'node:crypto';
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  type JWTPayload,
  jwtVerify,
  type ProtectedHeaderParameters,
} from 'jose';
import type { FederatedCredential, Registration } from './registration.ts';
import { createEntraError } from './reply.ts';

/**
 * Dependencies of the check. `tokenEndpoint` is the audience of an assertion that the application
 * signs.
 */
export interface AssertionContext {
  readonly registration: Registration;
  readonly tokenEndpoint: string;
  readonly nowMilliseconds: () => number;
  /**
   * Ids of used assertions. Whether Entra refuses a second use is unknown; our client never uses
   * one twice.
   */
  readonly usedIds: Set<string>;
}

/** Entra's tolerance is minutes; the exact value is not documented. */
const skewSeconds = 30;

/** Throws Entra's error for an invalid assertion. */
export const checkAssertion = async (
  assertion: string,
  context: AssertionContext,
): Promise<void> => {
  const { issuer } = parseAssertion(assertion).payload;
  const { registration } = context;
  if (issuer === registration.clientId) return await checkOwn(assertion, context);
  if (registration.federatedCredential)
    return await checkFederated(assertion, registration.federatedCredential, context);
  throw createEntraError(
    401,
    'invalid_client',
    70021,
    'No matching federated identity record found.',
  );
};

interface Parsed {
  readonly header: ProtectedHeaderParameters;
  readonly payload: JWTPayload & { readonly issuer?: string };
}

const parseAssertion = (assertion: string): Parsed => {
  try {
    const payload = decodeJwt(assertion);
    return {
      header: decodeProtectedHeader(assertion),
      payload: { ...payload, issuer: payload.iss },
    };
  } catch {
    throw createEntraError(401, 'invalid_client', 50027, 'JWT token is invalid or malformed.');
  }
};

const checkOwn = async (assertion: string, context: AssertionContext): Promise<void> => {
  const { registration, tokenEndpoint, nowMilliseconds, usedIds } = context;
  const { certificatePem = '', clientId } = registration;
  const { header, payload } = parseAssertion(assertion);
  if (certificatePem === '' || !namesCertificate(header, new X509Certificate(certificatePem)))
    throw createEntraError(401, 'invalid_client', 700027, 'The certificate is not registered.');
  const { publicKey } = new X509Certificate(certificatePem);
  await verifyAssertion(() =>
    jwtVerify(assertion, publicKey, {
      algorithms: ['PS256', 'RS256'],
      currentDate: new Date(nowMilliseconds()),
      clockTolerance: skewSeconds,
      requiredClaims: ['exp', 'jti', 'nbf'],
    }),
  );
  const { aud, sub, exp = 0, nbf = 0, jti = '' } = payload;
  if (aud !== tokenEndpoint)
    throw createEntraError(
      401,
      'invalid_client',
      700023,
      'The audience is not the token endpoint.',
    );
  if (sub !== clientId)
    throw createEntraError(401, 'invalid_client', 700021, 'iss and sub differ.');
  if (exp - nbf > 3600 || usedIds.has(jti))
    throw createEntraError(
      401,
      'invalid_client',
      700024,
      'The lifetime of the assertion is too long, or it was used before.',
    );
  usedIds.add(jti);
};

/**
 * Compares the certificate's thumbprint: SHA-256 or, in older clients, SHA-1, or both if both are
 * given.
 */
const namesCertificate = (header: ProtectedHeaderParameters, { raw }: X509Certificate): boolean => {
  const thumbprint = (hash: string): string => createHash(hash).update(raw).digest('base64url');
  const given = [
    [header['x5t#S256'], thumbprint('sha256')],
    [header.x5t, thumbprint('sha1')],
  ].filter(([named]) => named !== undefined);
  return given.length > 0 && given.every(([named, own]) => named === own);
};

/** Compares issuer, subject and audience exactly and with case. Each has its own error number. */
const checkFederated = async (
  assertion: string,
  { issuer, subject, audience, keys }: FederatedCredential,
  { nowMilliseconds }: AssertionContext,
): Promise<void> => {
  const { payload } = parseAssertion(assertion);
  const audiences = [payload.aud].flat();
  const noRecord = (number: number, part: string) =>
    createEntraError(
      401,
      'invalid_client',
      number,
      `No matching federated record for the ${part}.`,
    );
  if (payload.iss !== issuer) throw noRecord(700211, 'issuer');
  if (!audiences.includes(audience)) throw noRecord(700212, 'audience');
  if (payload.sub !== subject) throw noRecord(700213, 'subject');
  const keySet = createLocalJWKSet(await keys());
  // RS256 only, because it is unknown whether Entra accepts ES384, which AWS can also sign with.
  await verifyAssertion(() =>
    jwtVerify(assertion, keySet, {
      algorithms: ['RS256'],
      currentDate: new Date(nowMilliseconds()),
      clockTolerance: skewSeconds,
      requiredClaims: ['exp', 'iat'],
    }),
  );
};

const verifyAssertion = async (verify: () => Promise<unknown>): Promise<void> => {
  try {
    await verify();
  } catch (error) {
    const { code } = error as { code?: string };
    const isLate = code === 'ERR_JWT_EXPIRED' || code === 'ERR_JWT_CLAIM_VALIDATION_FAILED';
    throw isLate
      ? createEntraError(
          401,
          'invalid_client',
          700024,
          'The assertion is not within its time range.',
        )
      : createEntraError(
          401,
          'invalid_client',
          700027,
          'The assertion failed signature validation.',
        );
  }
};
