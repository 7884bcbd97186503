import {
  constants,
  createDecipheriv,
  type KeyObject,
  privateDecrypt,
  verify,
  X509Certificate,
} from 'node:crypto';
import { ciphers } from './ciphers.ts';
import { oid, tlv } from './der.ts';
import { children, contentOf } from './elements.ts';
import { digests, oids } from './oids.ts';

/** A request as a minimal server sees it. */
export interface ReadRequest {
  readonly messageType: string;
  readonly transactionId: string;
  readonly senderNonce: Uint8Array;
  readonly signerCertificate: Uint8Array;
  /** What the envelope held: a CSR, or names. */
  readonly content: Uint8Array;
}

/**
 * Reads a DER request by position and opens it with the RA's key. It throws on whatever is not
 * exactly where RFC 5652 has it: it is here to check clients, not to be lenient with them.
 */
export function readRequest(message: Uint8Array, raKey: KeyObject): ReadRequest {
  const [, , encapsulated, certificates, signerInfos] = fields(contentInfoContent(message));
  const envelope = contentOf(at(children(at(children(required(encapsulated)), 1)), 0));
  const signerCertificate = at(children(required(certificates)), 0);
  const attributes = signedAttributes(at(children(required(signerInfos)), 0), signerCertificate);
  const value = (name: keyof typeof oids) =>
    contentOf(required(attributes.get(hex(oid(oids[name])))));
  return {
    messageType: Buffer.from(value('messageType')).toString('latin1'),
    transactionId: Buffer.from(value('transactionId')).toString('latin1'),
    senderNonce: value('senderNonce'),
    signerCertificate,
    content: open(envelope, raKey),
  };
}

function signedAttributes(signerInfo: Uint8Array, signer: Uint8Array): Map<string, Uint8Array> {
  const [, , , attributes, , signature] = fields(signerInfo);
  const signedBytes = tlv(0x31, contentOf(required(attributes)));
  const { publicKey } = new X509Certificate(signer);
  if (!verify('sha256', signedBytes, publicKey, contentOf(required(signature)))) {
    throw new Error('The signature over the signed attributes is wrong.');
  }
  const pairs = children(required(attributes)).map((attribute) => {
    const [type, values] = children(attribute);
    return [hex(required(type)), at(children(required(values)), 0)] as const;
  });
  return new Map(pairs);
}

function open(envelope: Uint8Array, raKey: KeyObject): Uint8Array {
  const [, recipients, contentInfo] = fields(contentInfoContent(envelope));
  const [, , transport, encryptedKey] = fields(at(children(required(recipients)), 0));
  const [, algorithm, ciphertext] = fields(required(contentInfo));
  const isOaep = hex(at(fields(required(transport)), 0)) === hex(oid(oids.rsaesOaep));
  // The digest that OAEP has where its parameters name none.
  const oaepHash = hex(required(transport)).includes(hex(oid(digests.sha256.oid)))
    ? 'sha256'
    : 'sha1';
  const scheme = isOaep
    ? { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }
    : { padding: constants.RSA_PKCS1_PADDING };
  const key = privateDecrypt({ key: raKey, ...scheme }, contentOf(required(encryptedKey)));
  const [cipherOid, iv] = fields(required(algorithm));
  const cipher = Object.values(ciphers).find(
    (row) => hex(oid(row.oid)) === hex(required(cipherOid)),
  );
  const decipher = createDecipheriv(required(cipher).computedBy, key, contentOf(required(iv)));
  const plain = [decipher.update(contentOf(required(ciphertext))), decipher.final()];
  return new Uint8Array(Buffer.concat(plain));
}

const fields = (element: Uint8Array) => children(element);
const contentInfoContent = (info: Uint8Array) => at(children(at(children(info), 1)), 0);
const at = (list: readonly Uint8Array[], index: number) => required(list[index]);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The request lacks an element.');
  return value;
}
