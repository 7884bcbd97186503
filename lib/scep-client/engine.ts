import { Crypto } from '@peculiar/webcrypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';

type Signing = Parameters<pkijs.CryptoEngine['getSignatureParameters']>;

class ScepEngine extends pkijs.CryptoEngine {
  /**
   * With the NULL parameters that RFC 4055 section 5 demands of RSA signatures; pkijs leaves them
   * out.
   */
  override async getSignatureParameters(...how: Signing) {
    const signature = await super.getSignatureParameters(...how);
    signature.signatureAlgorithm.algorithmParams = new asn1js.Null();
    return signature;
  }
}

/**
 * WebCrypto for pkijs, with the two things that Node's own lacks: RSAES-PKCS1-v1_5, which is SCEP's
 * key transport, and 3DES. Passed by hand: the global engine of pkijs stays as it is.
 */
export const engine = new ScepEngine({ name: 'scep-client', crypto: new Crypto() });

/**
 * A copy in a buffer of its own: asn1js and WebCrypto take ArrayBuffers, and a view may be a part
 * of one.
 */
export function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return copy;
}
