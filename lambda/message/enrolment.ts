/**
 * Reads enrolments. A verified PKCSReq becomes an `Enrolment` once its envelope is open and its CSR
 * is signed by its own key. The `Enrolment` holds the requested names, the requested extensions and
 * the challenge. Policy decides on it.
 */
import { hash, type KeyObject } from 'node:crypto';
import { type StringQuirks, strict } from '../asn1/strings.ts';
import { readText } from '../asn1/values.ts';
import { Refusal } from '../core/errors.ts';
import { type CertificationRequest, readAttributeValues } from './certification-request.ts';
import { type RequestedExtension, readRequestedExtensions } from './extensions.ts';
import { readIfWellFormed, refuseMalformed } from './malformed.ts';
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

/** A device's request for a certificate. Only `readEnrolment` makes one. */
export interface Enrolment {
  readonly [signedByItsKey]: true;
  readonly connectorId: string;
  /** The fingerprint that names the enrolment, 64 hex digits (docs/decisions/003-attempts.md). */
  readonly enrolmentId: string;
  /** The device's own choice, so it is neither unique nor secret. */
  readonly transactionId: string;
  /** The key by which a CertPoll finds the enrolment; see `deriveTransactionKey`. */
  readonly transactionKey: string;
  readonly signerPublicKeyInfo: Uint8Array;
  /** The CSR in DER. */
  readonly request: Uint8Array;
  readonly subjectPublicKeyInfo: Uint8Array;
  readonly publicKey: KeyObject;
  readonly subject: readonly NameAttribute[];
  readonly alternativeNames: readonly AlternativeName[];
  readonly extensions: readonly RequestedExtension[];
  /** The validity that Windows requests, in whole days (requested-validity.ts). */
  readonly requestedValidityDays?: number;
  /** Every challenge in the request; policy accepts exactly one. Secret. */
  readonly challengePasswords: readonly string[];
}

/**
 * Reads the requests in a CSR. Throws `Refusal` for a part that is malformed or ambiguous:
 * `SubjectRefused`, `AlternativeNameRefused`, `ExtensionRefused` or `AttributeRefused`. The flow
 * passes the id that it derived already, because a CSR is hashed for it.
 */
export function readEnrolment(
  connectorId: string,
  { replyTo }: PkiMessage,
  request: CertificationRequest,
  quirks: StringQuirks = strict,
  enrolmentId = deriveEnrolmentId(connectorId, replyTo.signer.subjectPublicKeyInfo, request),
): Enrolment {
  const signerPublicKeyInfo = replyTo.signer.subjectPublicKeyInfo;
  const extensions = readPart('ExtensionRefused', () => readRequestedExtensions(request));
  const alternative = extensions.find(({ oid }) => oid === oids.subjectAlternativeName);
  return {
    connectorId,
    enrolmentId,
    transactionId: replyTo.transactionId,
    transactionKey: deriveTransactionKey(connectorId, replyTo.transactionId, signerPublicKeyInfo),
    signerPublicKeyInfo,
    request: request.der,
    subjectPublicKeyInfo: request.subjectPublicKeyInfo,
    publicKey: request.publicKey,
    subject: readPart('SubjectRefused', () => readNameAttributes(request.subject, quirks)),
    alternativeNames: readPart('AlternativeNameRefused', () =>
      alternative ? readAlternativeNames(alternative.value) : [],
    ),
    extensions,
    requestedValidityDays: readPart('AttributeRefused', () =>
      readRequestedValidityDays(readAttributeValues(request, oids.enrolmentNameValuePair)),
    ),
    challengePasswords: readPart('AttributeRefused', () =>
      readAttributeValues(request, oids.challengePassword).map((value) =>
        readText(value, 'challengePassword'),
      ),
    ),
  } as unknown as Enrolment;
}

/** The refusal names the malformed part and never quotes its content. */
const readPart = <Value>(
  code: 'ExtensionRefused' | 'SubjectRefused' | 'AlternativeNameRefused' | 'AttributeRefused',
  read: () => Value,
): Value => refuseMalformed(read, ({ message }) => new Refusal(code, message));

/** The fingerprint of an enrolment. It needs nothing of the CSR but its signed part. */
export const deriveEnrolmentId = (
  connectorId: string,
  signerPublicKeyInfo: Uint8Array,
  { info }: Pick<CertificationRequest, 'info'>,
): string => computeDigest(connectorId, signerPublicKeyInfo, info);

/** The subject of a CSR for the record of a refusal; undefined if it is malformed. */
export const readSubject = (
  { subject }: CertificationRequest,
  quirks: StringQuirks,
): readonly NameAttribute[] | undefined =>
  readIfWellFormed(() => readNameAttributes(subject, quirks));

/**
 * The key by which a transaction is found again. It includes the signer's key, because anyone can
 * choose the transactionID of another device (docs/rfc8894.md P-5).
 */
export const deriveTransactionKey = (
  connectorId: string,
  transactionId: string,
  signerPublicKeyInfo: Uint8Array,
): string => computeDigest(connectorId, Buffer.from(transactionId), signerPublicKeyInfo);

/** SHA-256 over the parts. A length precedes each part, so no two lists of parts are equal. */
function computeDigest(connectorId: string, ...parts: readonly Uint8Array[]): string {
  const measured = [Buffer.from(connectorId), ...parts].flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return [length, part];
  });
  return hash('sha256', Buffer.concat(measured), 'hex');
}
