/**
 * The certificates-only SignedData (RFC 8894 section 3.4): no content, no signers, certificates in
 * the order given.
 */
import { toContextTag } from '../asn1/tags.ts';
import { encodeOid, encodeSequence, encodeSmallInteger, encodeTlv, setOf } from '../asn1/write.ts';
import { oids } from './oids.ts';

/**
 * DER of a bag of certificates. Leaf first and never sorted, although DER sorts a SET OF: Apple
 * takes the first certificate for its own (SecSCEP.c), and so does everybody's reference.
 */
export const encodeDegenerate = (certificates: readonly Uint8Array[]): Uint8Array =>
  encodeContentInfo(
    oids.signedData,
    encodeSequence(
      encodeSmallInteger(1),
      setOf(),
      encodeSequence(encodeOid(oids.data)),
      encodeTlv(toContextTag(0, 'constructed'), ...certificates),
      setOf(),
    ),
  );

/** A CMS ContentInfo around content of this type. */
export const encodeContentInfo = (type: string, content: Uint8Array): Uint8Array =>
  encodeSequence(encodeOid(type), encodeTlv(toContextTag(0, 'constructed'), content));
