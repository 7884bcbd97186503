/**
 * The certificates-only SignedData (RFC 8894 section 3.4): no content, no signers, certificates in
 * the order given.
 */
import { context } from '../asn1/tags.ts';
import { oid, sequence, setOf, smallInteger, tlv } from '../asn1/write.ts';
import { oids } from './oids.ts';

/**
 * DER of a bag of certificates. Leaf first and never sorted, although DER sorts a SET OF: Apple
 * takes the first certificate for its own (SecSCEP.c), and so does everybody's reference.
 */
export const degenerate = (certificates: readonly Uint8Array[]): Uint8Array =>
  contentInfo(
    oids.signedData,
    sequence(
      smallInteger(1),
      setOf(),
      sequence(oid(oids.data)),
      tlv(context(0, 'constructed'), ...certificates),
      setOf(),
    ),
  );

/** A CMS ContentInfo around content of this type. */
export const contentInfo = (type: string, content: Uint8Array): Uint8Array =>
  sequence(oid(type), tlv(context(0, 'constructed'), content));
