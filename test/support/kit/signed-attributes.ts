import { createHash } from 'node:crypto';
import { octetString, oid, sequence, setAsGiven, stringTypes, time } from './der.ts';
import { type Digest, oids } from './oids.ts';

/** The signed attributes a SCEP request has. */
export type AttributeName =
  | 'contentType'
  | 'messageDigest'
  | 'messageType'
  | 'transactionId'
  | 'senderNonce'
  | 'recipientNonce'
  | 'pkiStatus'
  | 'failInfo'
  | 'failInfoText';

/** A signed attribute under its name; what goes on the wire is `der`. */
export interface SignedAttribute {
  readonly name: AttributeName | 'other';
  readonly der: Uint8Array;
}

/** Changes the standard attributes into those to sign: without(), twice(), changed(), more(). */
export type EditAttributes = (standard: readonly SignedAttribute[]) => readonly SignedAttribute[];

/** A signed attribute with any values (none, one, or wrongly two). */
function signedAttribute(name: AttributeName, ...values: readonly Uint8Array[]): SignedAttribute {
  return { name, der: sequence(oid(oids[name]), setAsGiven(...values)) };
}

/** The attributes that CMS itself asks for. */
export const cmsAttributes = (contentType: string, content: Uint8Array, digest: Digest) => [
  signedAttribute('contentType', oid(contentType)),
  signedAttribute('messageDigest', octetString(createHash(digest).update(content).digest())),
];

/** A SCEP text attribute: PrintableString, or another string type. */
export const textAttribute = (
  name: AttributeName,
  text: string,
  as: keyof typeof stringTypes = 'printable',
) => signedAttribute(name, stringTypes[as](text));

/** A nonce attribute. */
export const nonceAttribute = (name: 'senderNonce' | 'recipientNonce', nonce: Uint8Array) =>
  signedAttribute(name, octetString(nonce));

/** An attribute that SCEP does not name, by its dotted OID. */
export const otherAttribute = (
  dotted: string,
  ...values: readonly Uint8Array[]
): SignedAttribute => ({ name: 'other', der: sequence(oid(dotted), setAsGiven(...values)) });

/** signingTime: now, or an encoded Time. */
export const signingTime = (encoded = time(new Date())): SignedAttribute =>
  otherAttribute(oids.signingTime, encoded);

/** Leaves an attribute out. */
export const without =
  (name: AttributeName): EditAttributes =>
  (standard) =>
    standard.filter((attribute) => attribute.name !== name);

/** Sends an attribute twice. */
export const twice =
  (name: AttributeName): EditAttributes =>
  (standard) => [...standard, ...standard.filter((attribute) => attribute.name === name)];

/** Sends other values in an attribute's place. */
export const changed =
  (name: AttributeName, ...values: readonly Uint8Array[]): EditAttributes =>
  (standard) =>
    standard.map((one) => (one.name === name ? signedAttribute(name, ...values) : one));

/** Adds attributes. */
export const more =
  (...added: readonly SignedAttribute[]): EditAttributes =>
  (standard) => [...standard, ...added];
