/** A certificate as the CA made it, taken apart by pkijs into what lint compares. */
import { type KeyObject, X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { requireSerial } from '../serial-number.ts';

/** All that a Grant decides, in comparable form: names as `oid=text` and `kind:text`. */
export interface IssuedCertificate {
  readonly der: Uint8Array;
  /** In the form of lambda/serial-number.ts, as `RevokeCertificate` takes it. */
  readonly serialHex: string;
  readonly publicKey: KeyObject;
  readonly subject: readonly string[];
  readonly alternativeNames: readonly string[];
  readonly keyUsage: readonly string[];
  readonly extendedKeyUsage: readonly string[];
  readonly isCa: boolean;
  /** OIDs of extensions that neither a Grant nor a CA's own set-up accounts for. */
  readonly strangeExtensions: readonly string[];
  readonly notBeforeSeconds: number;
  readonly notAfterSeconds: number;
}

const usageNames: Readonly<Record<string, string>> = {
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
};

/** What a certificate of ours has: the four a Grant decides, and what the CA adds (SKI, AKI, where its CRL and OCSP are). */
const expectedExtensions = new Set([
  '2.5.29.15',
  '2.5.29.17',
  '2.5.29.19',
  '2.5.29.37',
  '2.5.29.14',
  '2.5.29.35',
  '2.5.29.31',
  '1.3.6.1.5.5.7.1.1',
]);

const keyUsageNames = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
];

/** Reads the first certificate of a PEM text; throws for what is not one. */
export function issuedCertificateOf(pem: string): IssuedCertificate {
  const base64 = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/.exec(pem)?.[1];
  const der = Buffer.from(base64 ?? '', 'base64');
  const certificate = pkijs.Certificate.fromBER(der);
  return {
    der,
    serialHex: requireSerial(hex(certificate.serialNumber.valueBlock.valueHexView)),
    publicKey: new X509Certificate(der).publicKey,
    subject: certificate.subject.typesAndValues.map(({ type, value }) => `${type}=${text(value)}`),
    alternativeNames: alternativeNames(certificate),
    keyUsage: keyUsage(certificate),
    extendedKeyUsage:
      parsed(certificate, '2.5.29.37', pkijs.ExtKeyUsage)?.keyPurposes.map(
        (purpose) => usageNames[purpose] ?? purpose,
      ) ?? [],
    isCa: parsed(certificate, '2.5.29.19', pkijs.BasicConstraints)?.cA ?? false,
    strangeExtensions: (certificate.extensions ?? [])
      .map(({ extnID }) => extnID)
      .filter((id) => !expectedExtensions.has(id)),
    notBeforeSeconds: certificate.notBefore.value.getTime() / 1000,
    notAfterSeconds: certificate.notAfter.value.getTime() / 1000,
  };
}

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');

const text = (value: { valueBlock: { value?: unknown } }): string => String(value.valueBlock.value);

function parsed<Value>(
  certificate: pkijs.Certificate,
  id: string,
  type: new (...args: never[]) => Value,
): Value | undefined {
  const extension = certificate.extensions?.find(({ extnID }) => extnID === id);
  if (extension === undefined) return undefined;
  // What is there and cannot be read must not pass for absent.
  if (!(extension.parsedValue instanceof type)) throw new Error('CertificateUnreadable');
  return extension.parsedValue;
}

function keyUsage(certificate: pkijs.Certificate): readonly string[] {
  const bits = parsed(certificate, '2.5.29.15', asn1js.BitString)?.valueBlock.valueHexView;
  return keyUsageNames.filter((_, bit) => ((bits?.[0] ?? 0) & (0x80 >> bit)) !== 0);
}

function alternativeNames(certificate: pkijs.Certificate): readonly string[] {
  const names = parsed(certificate, '2.5.29.17', pkijs.AltName)?.altNames ?? [];
  return names.map(({ type, value }) => {
    if (type === 1) return `email:${value}`;
    if (type === 2) return `dns:${value}`;
    if (type === 6) return `uri:${value}`;
    if (type === 7) return `ip:${addressOf(value as asn1js.OctetString)}`;
    if (type === 0) return otherNameOf(value as asn1js.Constructed);
    return `other:${type}`;
  });
}

const userPrincipalName = '1.3.6.1.4.1.311.20.2.3';

/** A user principal name as a UTF8String, or what no Grant says. */
function otherNameOf({ valueBlock }: asn1js.Constructed): string {
  const [id, explicit] = valueBlock.value;
  const isUpn = id instanceof asn1js.ObjectIdentifier && id.getValue() === userPrincipalName;
  const [name] = explicit instanceof asn1js.Constructed ? explicit.valueBlock.value : [];
  return isUpn && name instanceof asn1js.Utf8String ? `upn:${name.getValue()}` : 'other:0';
}

function addressOf({ valueBlock: { valueHexView: octets } }: asn1js.OctetString): string {
  if (octets.length === 4) return octets.join('.');
  const groups = Array.from({ length: octets.length / 2 }, (_, group) =>
    Buffer.from(octets)
      .readUInt16BE(group * 2)
      .toString(16),
  );
  return groups.join(':');
}
