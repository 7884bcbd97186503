/** Compares a certificate with its Grant. One that differs never reaches a device. */
import type { GeneralName } from '../asn1/general-names.ts';
import type { IssuedAttribute, IssuedCertificate } from '../asn1/issued-certificate.ts';
import { readCertificationRequest } from '../message/certification-request.ts';
import { toAttribute } from '../names/subject-attributes.ts';
import { type CertificatePolicy, toUsageOid } from '../names/usages.ts';
import { toAlternativeNameKey, toAttributeKey } from '../policy/comparison.ts';
import type { Grant } from '../policy/grant.ts';

/** ACM PCA dates a certificate back by 60 minutes; the rest is clock skew. */
const maxBackdateSeconds = 2 * 3600;

/**
 * Whether the certificate is for the Grant's key. Any other certificate is neither adopted nor
 * revoked.
 */
export function isForGrantedKey(grant: Grant, issued: IssuedCertificate): boolean {
  // Compares keys, not bytes, because the CA may encode a SubjectPublicKeyInfo differently from the
  // device.
  const requested = readCertificationRequest(Buffer.from(grant.request, 'base64'), issued);
  return requested.publicKey.equals(issued.publicKey);
}

/**
 * The name of the first part in which a certificate differs from its Grant; undefined if they
 * match.
 */
export function findDifference(grant: Grant, certificate: IssuedCertificate): string | undefined {
  const { notBeforeSeconds, notAfterSeconds } = certificate;
  const maxLifetimeSeconds = grant.validityDays * 86_400 + maxBackdateSeconds;
  const subject = grant.subject.map(({ attribute, value }) => toAttributeKey(attribute, value));
  const names = grant.alternativeNames.map(({ kind, value }) => toAlternativeNameKey(kind, value));
  const isEqual: Readonly<Record<string, boolean>> = {
    publicKey: isForGrantedKey(grant, certificate),
    subject: isSameSet(certificate.subject.map(attributeKeyOf), subject),
    alternativeNames: isSameSet(certificate.alternativeNames.map(nameKeyOf), names),
    keyUsage: isSameSet(certificate.keyUsage, grant.keyUsage),
    extendedKeyUsage: isSameSet(
      certificate.extendedKeyUsage,
      grant.extendedKeyUsage.map(toUsageOid),
    ),
    certificatePolicies: isSameSet(
      certificate.certificatePolicies,
      grant.certificatePolicies.map(policyKeyOf),
    ),
    basicConstraints: !certificate.isCa,
    extensions: certificate.unexpectedExtensions.length === 0,
    validity: notAfterSeconds - notBeforeSeconds <= maxLifetimeSeconds,
  };
  return Object.keys(isEqual).find((part) => !isEqual[part]);
}

/** Compares the text without its string type, which ACM PCA chooses for a custom attribute. */
const attributeKeyOf = ({ oid, text }: IssuedAttribute): string =>
  toAttributeKey(toAttribute(oid), text);

/** A policy as issued-extensions.ts writes one. */
const policyKeyOf = ({ oid, cpsUri }: CertificatePolicy): string =>
  [oid, ...(cpsUri === undefined ? [] : [cpsUri])].join(' ');

const nameKeyOf = ({ kind, text }: GeneralName): string =>
  kind === 'other' ? `other:${text}` : toAlternativeNameKey(kind, text);

const isSameSet = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.toSorted().every((item, at) => item === other.toSorted()[at]);
