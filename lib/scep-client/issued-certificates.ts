import { type KeyObject, X509Certificate } from 'node:crypto';
import * as pkijs from 'pkijs';
import { ScepClientError } from './errors.ts';
import { readSignedData } from './signed-reply.ts';

/**
 * The certificates in a degenerate SignedData, in their order. Refuses one with content or signers,
 * and what node:crypto cannot read as a certificate.
 */
export function readCertificateBag(bytes: Uint8Array): readonly X509Certificate[] {
  const { encapContentInfo, signerInfos, certificates = [] } = readSignedData(bytes);
  if (encapContentInfo.eContent || signerInfos.length > 0) {
    throw malformed('The certificates come in a SignedData that has content or signers.');
  }
  return certificates.map((certificate) => {
    if (!(certificate instanceof pkijs.Certificate)) throw malformed('It holds no certificates.');
    return readCertificate(new Uint8Array(certificate.toSchema().toBER()));
  });
}

/** One certificate in DER. */
export function readCertificate(bytes: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(bytes);
  } catch (cause) {
    throw new ScepClientError('malformedReply', 'A certificate cannot be read.', { cause });
  }
}

/**
 * What a SUCCESS brings: our certificate first (Apple's client takes the first one), the others
 * after it. Refuses a first certificate whose key is not ours.
 */
export function readIssuedCertificates(bytes: Uint8Array, key: KeyObject) {
  const [certificate, ...others] = readCertificateBag(bytes);
  if (!certificate) throw malformed('The SUCCESS reply brings no certificate.');
  if (!certificate.checkPrivateKey(key)) {
    const later = others.some((other) => other.checkPrivateKey(key));
    const where = later ? ' Ours is there, but not first (RFC 8894 3.3.2.1).' : '';
    const message = `The issued certificate is for another key.${where}`;
    throw new ScepClientError('wrongCertificate', message);
  }
  return { certificate, others };
}

function malformed(message: string): ScepClientError {
  return new ScepClientError('malformedReply', message);
}
