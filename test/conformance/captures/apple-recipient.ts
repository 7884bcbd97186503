import { createSecretKey, type KeyObject } from 'node:crypto';
import { parseCertificate } from '../../../lambda/message/certificate.ts';
import type { RaIdentity } from '../../../lambda/message/ra-identity.ts';
import {
  buildMicromdmCaCertificate,
  micromdmCaKey,
} from '../../support/kit/clients/micromdm-ca.ts';

/** An RA identity of a CA that is its own RA, as micromdm's is. */
export const identityOfCa = (certificate: Uint8Array, privateKey: KeyObject): RaIdentity => ({
  privateKey,
  certificate: parseCertificate(certificate),
  notAfterSeconds: 0,
  caNotAfterSeconds: 0,
  chain: [certificate],
  rejectionSecret: createSecretKey(new Uint8Array(32)),
});

/** The identity that Apple's built request is addressed to. */
export const builtAppleRecipient = (): RaIdentity =>
  identityOfCa(buildMicromdmCaCertificate(), micromdmCaKey().privateKey);
