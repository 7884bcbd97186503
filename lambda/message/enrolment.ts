/**
 * The second threshold: a PKCSReq whose envelope is open and whose CSR is signed by its own key
 * becomes an `Enrolment`: who asks, for what, with which challenge. What it may have is the next
 * room's business (policy).
 */
import { hash, type KeyObject } from 'node:crypto';
import { Malformed, type Node, read } from '../asn1/read.ts';
import { type StringQuirks, strict } from '../asn1/strings.ts';
import { tags } from '../asn1/tags.ts';
import { expect, readElements, readOctets, readOid, readText } from '../asn1/values.ts';
import { Refusal } from '../core/errors.ts';
import type { CertificationRequest } from './certification-request.ts';
import {
  type AlternativeName,
  type NameAttribute,
  readAlternativeNames,
  readNameAttributes,
} from './names.ts';
import { oids } from './oids.ts';
import type { PkiMessage } from './pki-message.ts';
import { readRequestedValidityDays } from './requested-validity.ts';

declare const signedByItsKey: unique symbol;

/** A device's request, read. Made by `readEnrolment` alone. */
export interface Enrolment {
  readonly [signedByItsKey]: true;
  readonly connectorId: string;
  /** The fingerprint F that names the enrolment (docs/decisions/003-attempts.md): 64 hex digits. */
  readonly enrolmentId: string;
  /** As the device chose it; not unique, and anybody's to choose. */
  readonly transactionId: string;
  readonly transactionKey: string;
  readonly signerPublicKeyInfo: Uint8Array;
  readonly request: Uint8Array;
  readonly subjectPublicKeyInfo: Uint8Array;
  readonly publicKey: KeyObject;
  readonly subject: readonly NameAttribute[];
  readonly alternativeNames: readonly AlternativeName[];
  readonly extensions: readonly RequestedExtension[];
  /** The validity that Windows asks for, in whole days (requested-validity.ts). */
  readonly requestedValidityDays?: number;
  /** All that were sent; exactly one is expected. Secret. */
  readonly challengePasswords: readonly string[];
}

/** An extension the CSR asks for, its value as it came. */
export interface RequestedExtension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/**
 * Reads what a CSR asks for; throws `Refusal` for names, extensions and attributes that cannot be
 * read or come twice.
 */
export function readEnrolment(
  connectorId: string,
  { replyTo }: PkiMessage,
  request: CertificationRequest,
  quirks: StringQuirks = strict,
): Enrolment {
  const signerPublicKeyInfo = replyTo.signer.subjectPublicKeyInfo;
  const extensions = readAs('ExtensionRefused', () => extensionsOf(request));
  const alternative = extensions.find(({ oid }) => oid === oids.subjectAlternativeName);
  return {
    connectorId,
    enrolmentId: deriveEnrolmentId(connectorId, signerPublicKeyInfo, request),
    transactionId: replyTo.transactionId,
    transactionKey: deriveTransactionKey(connectorId, replyTo.transactionId, signerPublicKeyInfo),
    signerPublicKeyInfo,
    request: request.der,
    subjectPublicKeyInfo: request.subjectPublicKeyInfo,
    publicKey: request.publicKey,
    subject: readAs('SubjectRefused', () => readNameAttributes(request.subject, quirks)),
    alternativeNames: readAs('AlternativeNameRefused', () =>
      alternative ? readAlternativeNames(alternative.value) : [],
    ),
    extensions,
    requestedValidityDays: readAs('AttributeRefused', () =>
      readRequestedValidityDays(valuesOf(request, oids.enrolmentNameValuePair)),
    ),
    challengePasswords: readAs('AttributeRefused', () =>
      valuesOf(request, oids.challengePassword).map((value) =>
        readText(value, 'challengePassword'),
      ),
    ),
  } as unknown as Enrolment;
}

/** The fingerprint of an enrolment, which is known before what it requests is read. */
export const deriveEnrolmentId = (
  connectorId: string,
  signerPublicKeyInfo: Uint8Array,
  { info }: Pick<CertificationRequest, 'info'>,
): string => digestOf(connectorId, signerPublicKeyInfo, info);

/** The subject of a CSR, if it can be read; for records of refused requests. */
export function readSubject(
  { subject }: CertificationRequest,
  quirks: StringQuirks,
): readonly NameAttribute[] | undefined {
  try {
    return readNameAttributes(subject, quirks);
  } catch (error) {
    if (error instanceof Malformed || error instanceof Refusal) return undefined;
    throw error;
  }
}

/**
 * What finds a transaction again: the id alone is anybody's to choose, so the key that signs goes
 * with it (docs/rfc8894.md P-5).
 */
export const deriveTransactionKey = (
  connectorId: string,
  transactionId: string,
  signerPublicKeyInfo: Uint8Array,
): string => digestOf(connectorId, Buffer.from(transactionId), signerPublicKeyInfo);

/** SHA-256 over its parts, each after its length: no two lists of parts read the same. */
function digestOf(connectorId: string, ...parts: readonly Uint8Array[]): string {
  const measured = [Buffer.from(connectorId), ...parts].flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return [length, part];
  });
  return hash('sha256', Buffer.concat(measured), 'hex');
}

function readAs<Value>(
  code: 'ExtensionRefused' | 'SubjectRefused' | 'AlternativeNameRefused' | 'AttributeRefused',
  read: () => Value,
): Value {
  try {
    return read();
  } catch (error) {
    // Says which part, never what it holds.
    if (error instanceof Malformed) throw new Refusal(code, error.message);
    throw error;
  }
}

/** Every value of an attribute, however often the attribute comes. */
const valuesOf = ({ attributes }: CertificationRequest, id: string): readonly Node[] =>
  attributes.flatMap((attribute) => {
    const [type, values] = readElements(attribute, tags.sequence, 'Attribute');
    return readOid(type, 'attributeType') === id ? readElements(values, tags.set, 'values') : [];
  });

/**
 * The attributes that request extensions: PKCS#9's, Microsoft's (MS-WCCE 2.2.2.7.7.1 in certificate
 * enrolment) and VeriSign's, which the first SCEP clients sent.
 */
const extensionRequests = [
  oids.extensionRequest,
  oids.microsoftExtensions,
  oids.verisignExtensions,
] as const;

/**
 * The requested extensions, under whichever attribute they are. One attribute twice, two attributes
 * that differ, and one extension twice are refused: we would read one and ACM PCA the other.
 */
function extensionsOf(request: CertificationRequest): readonly RequestedExtension[] {
  const lists = extensionRequests.flatMap((attribute) => {
    const values = valuesOf(request, attribute);
    if (values.length > 1) throw new Malformed('extensionRequest');
    return values;
  });
  const [list, ...others] = lists;
  if (list === undefined) return [];
  if (others.some(({ bytes }) => Buffer.compare(bytes, list.bytes) !== 0))
    throw new Malformed('extensionRequest');
  const extensions = readElements(list, tags.sequence, 'Extensions').map(extensionOf);
  const known = new Set(extensions.map(({ oid }) => oid));
  if (known.size !== extensions.length) throw new Malformed('Extensions');
  return extensions;
}

function extensionOf(node: Node): RequestedExtension {
  const fields = readElements(node, tags.sequence, 'Extension');
  const critical =
    fields.length === 3 && expect(fields[1], tags.boolean, 'critical').content[0] !== 0;
  return {
    oid: readOid(fields[0], 'extnID'),
    critical,
    value: readOctets(fields.at(-1), 'extnValue'),
  };
}

/** RFC 5280 has nine bits, in two octets after the one that says how many are unused. */
const maxKeyUsageOctets = 3;

/** The bits of a KeyUsage value, first bit first; throws `Refusal`. */
export const readKeyUsageBits = (value: Uint8Array): readonly boolean[] =>
  readAs('ExtensionRefused', () => {
    const { content } = expect(read(value), tags.bitString, 'KeyUsage');
    if (content.length > maxKeyUsageOctets) throw new Malformed('KeyUsage');
    return [...content.subarray(1)].flatMap((octet) =>
      Array.from({ length: 8 }, (_, bit) => (octet & (0x80 >> bit)) !== 0),
    );
  });

/** The OIDs of an ExtKeyUsageSyntax value, one at least; throws `Refusal`. */
export const readExtendedKeyUsages = (value: Uint8Array): readonly string[] =>
  readAs('ExtensionRefused', () => {
    const purposes = readElements(read(value), tags.sequence, 'extKeyUsage');
    if (purposes.length === 0) throw new Malformed('extKeyUsage');
    return purposes.map((purpose) => readOid(purpose, 'keyPurposeId'));
  });

/** Whether a BasicConstraints value asks for a CA; throws `Refusal`. */
export const requestsCaCertificate = (value: Uint8Array): boolean =>
  readAs('ExtensionRefused', () => {
    const [first] = readElements(read(value), tags.sequence, 'BasicConstraints');
    return first?.tag === tags.boolean && first.content[0] !== 0;
  });
