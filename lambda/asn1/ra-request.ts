/**
 * A new RA key and the PKCS#10 that requests its certificate, made by pkijs: nothing here is
 * latency-sensitive.
 */
import { Crypto } from '@peculiar/webcrypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { pkijsEngine } from './engine.ts';

const keyAlgorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  // RSA alone: no SCEP client encrypts to another kind. 2048 bits: old devices read no more, and
  // the key lives for weeks.
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
} as const;

/**
 * Makes a key and a request for this common name. pkijs leaves out what RFC 2986 section 4.1
 * (`attributes`, though empty) and RFC 4055 section 5 (NULL after sha256WithRSAEncryption) require;
 * Go's and Python's readers refuse a request without the first.
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
