/** Reads certificates from degenerate SignedData. */
import { type KeyObject, X509Certificate } from 'node:crypto';
import * as pkijs from 'pkijs';
import { ScepClientError } from './errors.ts';
import { readSignedData } from './signed-reply.ts';

/**
 * Reads the certificates of a degenerate SignedData, in their order. Throws `malformedReply` for
 * one with content or signers, and for a certificate that node:crypto cannot read.
 */
export function readCertificateBag(bytes: Uint8Array): readonly X509Certificate[] {
  const { encapContentInfo, signerInfos, certificates = [] } = readSignedData(bytes);
  if (encapContentInfo.eContent || signerInfos.length > 0) {
    throw createMalformed('The SignedData with the certificates has content or signers.');
  }
  return certificates.map((certificate) => {
    if (!(certificate instanceof pkijs.Certificate))
      throw createMalformed('The SignedData contains something other than X.509 certificates.');
    return readCertificate(new Uint8Array(certificate.toSchema().toBER()));
  });
}

/** Reads a certificate in DER. Throws `malformedReply`. */
export function readCertificate(bytes: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(bytes);
  } catch (cause) {
    throw new ScepClientError('malformedReply', 'A certificate cannot be read.', { cause });
  }
}

/**
 * Reads the certificates of a SUCCESS. The first one is ours, as Apple's client expects. Throws
 * `wrongCertificate` if the first certificate has another key.
 */
export function readIssuedCertificates(bytes: Uint8Array, key: KeyObject) {
  const [certificate, ...others] = readCertificateBag(bytes);
  if (!certificate) throw createMalformed('The SUCCESS reply contains no certificate.');
  if (!certificate.checkPrivateKey(key)) {
    const isLater = others.some((other) => other.checkPrivateKey(key));
    const detail = isLater ? ' Ours is present but not first (RFC 8894 3.3.2.1).' : '';
    const message = `The first certificate in the reply is for another key.${detail}`;
    throw new ScepClientError('wrongCertificate', message);
  }
  return { certificate, others };
}

function createMalformed(message: string): ScepClientError {
  return new ScepClientError('malformedReply', message);
}
