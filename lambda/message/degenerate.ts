/**
 * Encodes the certificates-only SignedData (RFC 8894 section 3.4), which has no content and no
 * signers.
 */
import { toContextTag } from '../asn1/tags.ts';
import {
  encodeOid,
  encodeSequence,
  encodeSetOf,
  encodeSmallInteger,
  encodeTlv,
} from '../asn1/write.ts';
import { oids } from './oids.ts';

/**
 * A certificates-only SignedData in DER. The certificates keep the given order, leaf first,
 * although DER sorts a SET OF. Apple takes the first certificate for its own (SecSCEP.c), and so do
 * other clients.
 */
export const encodeDegenerate = (certificates: readonly Uint8Array[]): Uint8Array =>
  encodeContentInfo(
    oids.signedData,
    encodeSequence(
      encodeSmallInteger(1),
      encodeSetOf(),
      encodeSequence(encodeOid(oids.data)),
      encodeTlv(toContextTag(0, 'constructed'), ...certificates),
      encodeSetOf(),
    ),
  );

/** A CMS ContentInfo with content of this type. */
export const encodeContentInfo = (type: string, content: Uint8Array): Uint8Array =>
  encodeSequence(encodeOid(type), encodeTlv(toContextTag(0, 'constructed'), content));
