/** The third task: what came back is what was granted, or no device ever sees it. */
import type { KeyObject } from 'node:crypto';
import { type IssuedCertificate, issuedCertificateOf } from '../asn1/issued-certificate.ts';
import { readCertificationRequest } from '../message/certification-request.ts';
import type { ConnectorKeys } from '../policy/connector-key.ts';
import { type Grant, openGrant } from '../policy/grant.ts';
import { oidOf } from '../policy/subject.ts';
import type { Ledger, PrivateCa } from '../ports.ts';
import type { Collected } from './task.ts';

/** What linting needs. */
export interface LintContext {
  readonly connectorId: string;
  readonly keys: ConnectorKeys;
  readonly ledger: Pick<Ledger, 'find'>;
  readonly ca: Pick<PrivateCa, 'revoke'>;
}

/** A certificate that is not what was granted; it is revoked. Says which part differs, not how. */
class CertificateMismatch extends Error {
  override readonly name = 'CertificateMismatch';
}

/** What `collect` found, and what `settle` may hand out once lint has passed it on. */
export type Linted = Extract<Collected, { ready: true }>;

/** Passes the certificate on; revokes it and throws `CertificateMismatch` where it differs from the Grant. */
export async function lint(input: Linted, context: LintContext): Promise<Linted> {
  const entry = await context.ledger.find(input.enrolmentId);
  if (entry === undefined) throw new Error('NotGranted');
  const grant = openGrant(context.connectorId, input, entry.sealedGrant, context.keys);
  const certificate = issuedCertificateOf(input.certificatePem);
  const difference = differenceBetween(grant, certificate);
  if (difference === undefined) return input;
  await context.ca.revoke(certificate.serialHex);
  throw new CertificateMismatch(difference);
}

/** ACM PCA dates a certificate back by 60 minutes; the rest is clock skew. */
const longestBackdateSeconds = 2 * 3600;

/** The first part that differs, or undefined. */
function differenceBetween(grant: Grant, certificate: IssuedCertificate): string | undefined {
  const { notBeforeSeconds, notAfterSeconds } = certificate;
  const longest = grant.validityDays * 86_400 + longestBackdateSeconds;
  const subject = grant.subject.map(({ attribute, value }) => `${oidOf(attribute)}=${value}`);
  const names = grant.alternativeNames.map(({ kind, value }) => `${kind}:${value}`);
  const same: Readonly<Record<string, boolean>> = {
    publicKey: certificate.publicKey.equals(requestedKey(grant)),
    subject: sameSet(certificate.subject, subject),
    alternativeNames: sameSet(certificate.alternativeNames, names),
    keyUsage: sameSet(certificate.keyUsage, grant.keyUsage),
    extendedKeyUsage: sameSet(certificate.extendedKeyUsage, grant.extendedKeyUsage),
    basicConstraints: !certificate.isCa,
    extensions: certificate.strangeExtensions.length === 0,
    validity: notAfterSeconds - notBeforeSeconds <= longest,
  };
  return Object.keys(same).find((part) => !same[part]);
}

/** As keys, not as bytes: the CA may write a SubjectPublicKeyInfo in another way than the device did. */
const requestedKey = (grant: Grant): KeyObject =>
  readCertificationRequest(Buffer.from(grant.request, 'base64')).publicKey;

const sameSet = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.toSorted().every((item, at) => item === other.toSorted()[at]);
