/**
 * Makes a new RA key and the PKCS#10 that requests its certificate. pkijs writes it, because a
 * rotation is not latency-sensitive.
 */
import { Crypto } from '@peculiar/webcrypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { pkijsEngine } from './engine.ts';

const keyAlgorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  // No SCEP client encrypts to another kind of key. Old devices cannot use more than 2048 bits, and
  // the key lives for weeks only.
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
} as const;

/**
 * Makes a key, as PKCS#8 in PEM, and a request for this common name, as DER. Two required parts are
 * added, because pkijs leaves them out. They are the empty `attributes` (RFC 2986 section 4.1) and
 * NULL after sha256WithRSAEncryption (RFC 4055 section 5). The readers of Go and Python refuse a
 * request without `attributes`.
 */
export async function makeRaRequest(
  commonName: string,
): Promise<{ readonly privateKeyPem: string; readonly request: Uint8Array }> {
  const { subtle } = new Crypto();
  const { privateKey, publicKey } = await subtle.generateKey(keyAlgorithm, true, [
    'sign',
    'verify',
  ]);
  const request = new pkijs.CertificationRequest({ version: 0, attributes: [] });
  const value = new asn1js.Utf8String({ value: commonName });
  request.subject.typesAndValues.push(new pkijs.AttributeTypeAndValue({ type: '2.5.4.3', value }));
  await request.subjectPublicKeyInfo.importKey(publicKey, pkijsEngine);
  await request.sign(privateKey, 'SHA-256', pkijsEngine);
  request.signatureAlgorithm.algorithmParams = new asn1js.Null();
  const pkcs8 = Buffer.from(await subtle.exportKey('pkcs8', privateKey)).toString('base64');
  const lines = pkcs8.replace(/.{64}/g, '$&\n').trimEnd();
  return {
    privateKeyPem: `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`,
    request: new Uint8Array(request.toSchema(true).toBER()),
  };
}
