import { constants, publicEncrypt, X509Certificate } from 'node:crypto';
import { certificateId } from './certificate-id.ts';
import { integer, nothing, octetString, oid, sequence, tagged, taggedPrimitive } from './der.ts';
import { algorithm, digests, oids } from './oids.ts';

/** Key transport: RSAES-PKCS1-v1_5, or OAEP with the hash (and MGF1 hash) it names. */
type KeyTransport = 'pkcs1' | 'oaep-sha1' | 'oaep-sha256' | 'oaep-sha512';

/** A KeyTransRecipientInfo, right or wrong. Only the certificate is needed. */
export interface Recipient {
  readonly certificate: Uint8Array;
  readonly by?: 'issuerAndSerial' | 'subjectKeyId';
  readonly transport?: KeyTransport;
  /** An encoded RecipientIdentifier instead of the certificate's. */
  readonly id?: Uint8Array;
  /** An encoded AlgorithmIdentifier instead of the transport's. */
  readonly transportAlgorithm?: Uint8Array;
  /** Sent as encryptedKey as it is. */
  readonly encryptedKey?: Uint8Array;
  readonly alterEncryptedKey?: (encryptedKey: Uint8Array) => Uint8Array;
  readonly version?: number;
}

/** A KeyTransRecipientInfo that carries a content key to the holder of a certificate. */
export function keyTransRecipient(recipient: Recipient, contentKey: Uint8Array): Uint8Array {
  const { by = 'issuerAndSerial', transport = 'pkcs1' } = recipient;
  const encrypted =
    recipient.encryptedKey ?? transportKey(recipient.certificate, transport, contentKey);
  return sequence(
    integer(recipient.version ?? (by === 'subjectKeyId' ? 2 : 0)),
    recipient.id ?? identifier(recipient.certificate, by),
    recipient.transportAlgorithm ?? transportAlgorithm(transport),
    octetString(recipient.alterEncryptedKey?.(encrypted) ?? encrypted),
  );
}

/** A PasswordRecipientInfo in shape only: nobody can open it. */
export const passwordRecipient = () =>
  tagged(
    3,
    integer(0),
    sequence(oid('1.2.840.113549.1.9.16.3.9'), sequence(oid('2.16.840.1.101.3.4.1.2'), nothing())),
    octetString(new Uint8Array(32)),
  );

function identifier(certificate: Uint8Array, by: 'issuerAndSerial' | 'subjectKeyId'): Uint8Array {
  const id = certificateId(certificate);
  return by === 'subjectKeyId' ? taggedPrimitive(0, id.subjectKeyId) : id.issuerAndSerial;
}

function transportKey(certificate: Uint8Array, how: KeyTransport, key: Uint8Array): Uint8Array {
  const { publicKey } = new X509Certificate(certificate);
  if (how === 'pkcs1') {
    return publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, key);
  }
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  return publicEncrypt({ key: publicKey, padding, oaepHash: how.slice('oaep-'.length) }, key);
}

/**
 * The AlgorithmIdentifier of a transport. OAEP with SHA-1 has empty parameters, as Windows sends
 * it.
 */
export function transportAlgorithm(transport: KeyTransport): Uint8Array {
  switch (transport) {
    case 'pkcs1':
      return algorithm(oids.rsaEncryption);
    case 'oaep-sha1':
      return algorithm(oids.rsaesOaep, sequence());
    case 'oaep-sha256':
      return oaep(digests.sha256.oid);
    case 'oaep-sha512':
      return oaep(digests.sha512.oid);
  }
}

function oaep(hash: string): Uint8Array {
  const maskGeneration = algorithm(oids.mgf1, algorithm(hash));
  return algorithm(oids.rsaesOaep, sequence(tagged(0, algorithm(hash)), tagged(1, maskGeneration)));
}
