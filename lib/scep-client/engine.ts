/** The WebCrypto engine for pkijs. */
import { Crypto } from '@peculiar/webcrypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';

type Signing = Parameters<pkijs.CryptoEngine['getSignatureParameters']>;

class ScepEngine extends pkijs.CryptoEngine {
  /** Adds the NULL parameters that RFC 4055 section 5 requires for RSA. pkijs omits them. */
  override async getSignatureParameters(...how: Signing) {
    const signature = await super.getSignatureParameters(...how);
    signature.signatureAlgorithm.algorithmParams = new asn1js.Null();
    return signature;
  }
}

/**
 * WebCrypto with RSAES-PKCS1-v1_5, which is SCEP's key transport, and 3DES. Node's own WebCrypto
 * has neither. Callers pass this engine explicitly, so that the global engine of pkijs stays
 * unchanged.
 */
export const engine = new ScepEngine({ name: 'scep-client', crypto: new Crypto() });

/** Copies bytes to an ArrayBuffer of their own, as asn1js and WebCrypto require. */
export function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return copy;
}
