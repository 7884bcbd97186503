/** The client's RSA key, and the self-signed certificate that signs its messages. */
import type { webcrypto } from 'node:crypto';
import { createPublicKey, generateKeyPair, type KeyObject, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { engine, toArrayBuffer } from './engine.ts';
import { oids } from './oids.ts';

/** The key that signs messages, and its certificate. */
export interface Identity {
  readonly key: KeyObject;
  readonly certificate: pkijs.Certificate;
}

const dayMilliseconds = 86_400_000;

/** Generates an RSA key. */
export async function generateKey(bits: number): Promise<KeyObject> {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: bits });
  return pair.privateKey;
}

/** Imports a key into WebCrypto, for signatures with RSASSA-PKCS1-v1_5 and SHA-256. */
export function importSigningKey(key: KeyObject): Promise<webcrypto.CryptoKey> {
  const pkcs8 = toArrayBuffer(key.export({ type: 'pkcs8', format: 'der' }));
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  return engine.importKey('pkcs8', pkcs8, algorithm, true, ['sign']);
}

/** The public key in the form that pkijs writes into requests and certificates. */
export function toPublicKeyInfo(key: KeyObject): pkijs.PublicKeyInfo {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return pkijs.PublicKeyInfo.fromBER(toArrayBuffer(spki));
}

/**
 * Creates the self-signed certificate of RFC 8894 2.3. It has the subject and key of the request,
 * and keyEncipherment for the reply. It is valid from yesterday, because clocks differ.
 */
export async function createSelfSignedIdentity(
  key: KeyObject,
  subject: pkijs.RelativeDistinguishedNames,
): Promise<Identity> {
  const certificate = new pkijs.Certificate({ version: 2 });
  const serial = randomBytes(16);
  serial[0] = 0x40 | ((serial[0] ?? 0) & 0x3f); // positive, without a leading zero
  certificate.serialNumber = new asn1js.Integer({ valueHex: toArrayBuffer(serial) });
  certificate.subject = subject;
  certificate.issuer = subject;
  certificate.notBefore.value = new Date(Date.now() - dayMilliseconds);
  certificate.notAfter.value = new Date(Date.now() + 30 * dayMilliseconds);
  certificate.subjectPublicKeyInfo = toPublicKeyInfo(key);
  certificate.extensions = [buildKeyUsage()];
  await certificate.sign(await importSigningKey(key), 'SHA-256', engine);
  return { key, certificate };
}

/** digitalSignature (bit 0) and keyEncipherment (bit 2). Five bits of the byte are unused. */
function buildKeyUsage(): pkijs.Extension {
  const bits = new asn1js.BitString({ valueHex: Uint8Array.of(0xa0).buffer, unusedBits: 5 });
  return new pkijs.Extension({
    extnID: oids.keyUsage,
    critical: true,
    extnValue: bits.toBER(),
  });
}
