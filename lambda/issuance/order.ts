/**
 * From a Grant to the input of IssueCertificate. We compose the whole certificate; the CSR
 * contributes its key alone.
 */
import { createHash } from 'node:crypto';
import { type Attempt, attemptId } from '../attempt.ts';
import { oids } from '../message/oids.ts';
import type { GrantedAlternativeName } from '../policy/alternative-names.ts';
import type { Grant } from '../policy/grant.ts';
import type { SubjectAttribute } from '../policy/profile.ts';
import { type GrantedAttribute, oidOf } from '../policy/subject.ts';
import type { CertificateOrder } from '../ports.ts';

/** ASN1Subject's own members; any other attribute goes as a custom one. */
const members: Readonly<Partial<Record<SubjectAttribute, string>>> = {
  CN: 'CommonName',
  O: 'Organization',
  OU: 'OrganizationalUnit',
  C: 'Country',
  ST: 'State',
  L: 'Locality',
  serialNumber: 'SerialNumber',
  SN: 'Surname',
  GN: 'GivenName',
  title: 'Title',
};

const extendedKeyUsages: Readonly<Record<Grant['extendedKeyUsage'][number], string>> = {
  clientAuth: 'CLIENT_AUTH',
  serverAuth: 'SERVER_AUTH',
  emailProtection: 'EMAIL_PROTECTION',
};

type GeneralName = Readonly<Record<string, unknown>>;

const generalNames: Readonly<
  Record<GrantedAlternativeName['kind'], (value: string) => GeneralName>
> = {
  dns: (value) => ({ DnsName: value }),
  email: (value) => ({ Rfc822Name: value }),
  uri: (value) => ({ UniformResourceIdentifier: value }),
  ip: (value) => ({ IpAddress: value }),
  upn: (value) => ({ OtherName: { TypeId: oids.userPrincipalName, Value: value } }),
};

/**
 * The order for IssueCertificate. Subject and granted SANs are always sent, because ACM PCA
 * otherwise takes the CSR's.
 */
export const orderOf = (grant: Grant, signingAlgorithm: string): CertificateOrder => ({
  request: Buffer.from(grant.request, 'base64'),
  idempotencyToken: idempotencyToken(grant),
  validityDays: grant.validityDays,
  signingAlgorithm,
  passthrough: {
    Subject: subjectOf(grant.subject),
    Extensions: {
      KeyUsage: {
        DigitalSignature: grant.keyUsage.includes('digitalSignature'),
        KeyEncipherment: grant.keyUsage.includes('keyEncipherment'),
      },
      ExtendedKeyUsage: grant.extendedKeyUsage.map((usage) => ({
        ExtendedKeyUsageType: extendedKeyUsages[usage],
      })),
      ...(grant.alternativeNames.length > 0 && {
        SubjectAlternativeNames: grant.alternativeNames.map(({ kind, value }) =>
          generalNames[kind](value),
        ),
      }),
    },
  },
});

/**
 * The same for every try of one attempt: ACM PCA makes one certificate for a token within five
 * minutes.
 */
export const idempotencyToken = (input: Attempt): string =>
  createHash('sha256').update(attemptId(input)).digest('base64url').slice(0, 36);

/** ASN1Subject takes each member once and does not mix them with custom attributes. */
function subjectOf(subject: readonly GrantedAttribute[]): Readonly<Record<string, unknown>> {
  const names = subject.map(({ attribute }) => members[attribute]);
  const plain = names.every((name) => name !== undefined) && new Set(names).size === names.length;
  if (plain)
    return Object.fromEntries(subject.map(({ attribute, value }) => [members[attribute], value]));
  return {
    CustomAttributes: subject.map(({ attribute, value }) => ({
      ObjectIdentifier: oidOf(attribute),
      Value: value,
    })),
  };
}
