import { createHash } from 'node:crypto';
import { readCertificationRequest } from '../../../lambda/message/certification-request.ts';
import type { CertificateOrder, PrivateCa } from '../../../lambda/ports/certificate-authority.ts';
import {
  basicConstraints,
  extendedKeyUsage,
  generalName,
  keyUsage,
  subjectAltName,
} from '../kit/extensions.ts';
import { type NameAttribute, name } from '../kit/names.ts';
import { issuedBy, type TestRa } from '../kit/test-ra.ts';

/** A CA in memory that returns each certificate at the second poll, and keeps its orders. */
export interface MemoryPrivateCa extends PrivateCa {
  issue: PrivateCa['issue'];
  readonly orders: CertificateOrder[];
  readonly revoked: string[];
}

const members = {
  CommonName: 'CN',
  Organization: 'O',
  OrganizationalUnit: 'OU',
  Country: 'C',
  State: 'ST',
  Locality: 'L',
  SerialNumber: 'serialNumber',
  Surname: 'SN',
  GivenName: '2.5.4.42',
  Title: '2.5.4.12',
} as const;

/**
 * `alter` changes an order before it is issued, like a faulty CA. `now` sets the certificates'
 * dates.
 */
export function memoryPrivateCa(
  ra: TestRa,
  alter = (order: CertificateOrder): CertificateOrder => order,
  now: () => number = Date.now,
): MemoryPrivateCa {
  const made = new Map<string, { pem: string; polls: number }>();
  const orders: CertificateOrder[] = [];
  const revoked: string[] = [];
  return {
    orders,
    revoked,
    issue: async (order) => {
      orders.push(order);
      const arn = `arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/test/certificate/${order.idempotencyToken}`;
      if (!made.has(arn))
        made.set(arn, { pem: pem(certificateFor(ra, alter(order), now())), polls: 0 });
      return arn;
    },
    retrieve: async (arn) => {
      const one = made.get(arn);
      if (one === undefined) throw new Error('ResourceNotFoundException');
      one.polls += 1;
      return one.polls > 1 ? one.pem : undefined;
    },
    revoke: async (serialHex) => {
      revoked.push(serialHex);
    },
    chain: async () => pem(ra.caCertificate),
  };
}

function certificateFor(ra: TestRa, order: CertificateOrder, now: number): Uint8Array {
  const { Subject, Extensions } = order.passthrough;
  const request = readCertificationRequest(order.request);
  const day = 86_400_000;
  return issuedBy(ra, {
    subject: name(...attributesOf(Subject)),
    spki: request.subjectPublicKeyInfo,
    serial: serialFor(order),
    notBefore: new Date(now - 3_600_000),
    notAfter: new Date(now - 3_600_000 + order.validityDays * day),
    extensions: [basicConstraints(false), ...usages(Extensions), ...alternativeNames(Extensions)],
  });
}

/**
 * A serial INTEGER of 128 bits that depends on the order only. Half of them have the high bit set,
 * like ACM PCA's serials, and therefore a leading octet 00.
 */
function serialFor({ idempotencyToken }: CertificateOrder): Uint8Array {
  const octets = createHash('sha256').update(idempotencyToken).digest().subarray(0, 16);
  octets[0] ||= 1;
  return (octets[0] ?? 0) & 0x80 ? Uint8Array.of(0, ...octets) : octets;
}

const attributesOf = (subject: CertificateOrder['passthrough']['Subject']): NameAttribute[] =>
  'CustomAttributes' in subject
    ? (
        subject.CustomAttributes as { ObjectIdentifier: `${number}.${string}`; Value: string }[]
      ).map(({ ObjectIdentifier, Value }) => ({ type: ObjectIdentifier, value: Value }))
    : Object.entries(subject).map(([member, value]) => ({
        type: members[member as keyof typeof members],
        value: String(value),
      }));

function usages(extensions: CertificateOrder['passthrough']['Extensions']): Uint8Array[] {
  const { KeyUsage, ExtendedKeyUsage } = extensions as {
    KeyUsage: { DigitalSignature?: boolean; KeyEncipherment?: boolean };
    ExtendedKeyUsage?: {
      ExtendedKeyUsageType?: 'CLIENT_AUTH' | 'SERVER_AUTH';
      ExtendedKeyUsageObjectIdentifier?: string;
    }[];
  };
  const purposes = { SERVER_AUTH: '1.3.6.1.5.5.7.3.1', CLIENT_AUTH: '1.3.6.1.5.5.7.3.2' };
  return [
    keyUsage([
      ...(KeyUsage.DigitalSignature ? (['digitalSignature'] as const) : []),
      ...(KeyUsage.KeyEncipherment ? (['keyEncipherment'] as const) : []),
    ]),
    ...(ExtendedKeyUsage
      ? [
          extendedKeyUsage(
            ...ExtendedKeyUsage.map(
              ({ ExtendedKeyUsageType: type, ExtendedKeyUsageObjectIdentifier: oid }) =>
                oid ?? purposes[type ?? 'CLIENT_AUTH'],
            ),
          ),
        ]
      : []),
  ];
}

function alternativeNames(extensions: CertificateOrder['passthrough']['Extensions']): Uint8Array[] {
  const names = (extensions.SubjectAlternativeNames ?? []) as (Record<string, string> & {
    readonly OtherName?: { readonly Value: string };
  })[];
  const encoded = names.map((one) => {
    if (one.OtherName !== undefined) return generalName.upn(one.OtherName.Value);
    if (one.DnsName !== undefined) return generalName.dns(one.DnsName);
    if (one.Rfc822Name !== undefined) return generalName.email(one.Rfc822Name);
    return generalName.uri(one.UniformResourceIdentifier ?? '');
  });
  return encoded.length > 0 ? [subjectAltName(encoded)] : [];
}

/** A certificate in ACM PCA's form. */
export const pem = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`;
