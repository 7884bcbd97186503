/** X.509 extensions as the local CA writes them (RFC 5280 4.2). */
import { createHash } from 'node:crypto';
import { encodeOid } from '../../../der/write.ts';
import { AwsError, type Json } from '../aws-service.ts';
import {
  encodeBitString,
  encodeBoolean,
  encodeImplicit,
  encodeOctetString,
  encodeSequence,
  encodeString,
  readAll,
  readChildren,
  tags,
} from './der.ts';

/** An extension before it is put into a certificate; `value` is the DER inside the OCTET STRING. */
export interface Extension {
  readonly id: string;
  readonly critical: boolean;
  readonly value: Buffer;
}

export const extensionIds = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  certificatePolicies: '2.5.29.32',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const;

/** The list of extensions, as it stands in a certificate. */
export const encodeExtensions = (extensions: readonly Extension[]): Buffer =>
  encodeSequence(
    ...extensions.map(({ id, critical, value }) =>
      encodeSequence(
        encodeOid(id),
        ...(critical ? [encodeBoolean(true)] : []),
        encodeOctetString(value),
      ),
    ),
  );

/**
 * CA:TRUE is critical; CA:FALSE is the empty sequence and is not, but in the templates named after
 * it.
 */
export const buildBasicConstraints = (isAuthority: boolean): Extension => ({
  id: extensionIds.basicConstraints,
  critical: isAuthority,
  value: isAuthority ? encodeSequence(encodeBoolean(true)) : encodeSequence(),
});

/** RFC 5280 4.2.1.2 method (1): SHA-1 of the public key's bit string. */
const keyIdentifier = (spki: Buffer): Buffer => {
  const bits = readChildren(spki, tags.sequence)[1];
  if (bits?.tag !== tags.bitString) throw new Error('not a SubjectPublicKeyInfo');
  return createHash('sha1').update(bits.content.subarray(1)).digest();
};

export const buildSubjectKeyIdentifier = (spki: Buffer): Extension => ({
  id: extensionIds.subjectKeyIdentifier,
  critical: false,
  value: encodeOctetString(keyIdentifier(spki)),
});

export const buildAuthorityKeyIdentifier = (issuerSpki: Buffer): Extension => ({
  id: extensionIds.authorityKeyIdentifier,
  critical: false,
  value: encodeSequence(encodeImplicit(0, keyIdentifier(issuerSpki))),
});

/** The nine bits of KeyUsage, in the order of RFC 5280 4.2.1.3 and with the API's names. */
const keyUsageBits = [
  'DigitalSignature',
  'NonRepudiation',
  'KeyEncipherment',
  'DataEncipherment',
  'KeyAgreement',
  'KeyCertSign',
  'CRLSign',
  'EncipherOnly',
  'DecipherOnly',
] as const;

/**
 * KeyUsage of the API's booleans; critical, as the service's templates have it. Refuses one without
 * any usage (RFC 5280 4.2.1.3).
 */
export const buildKeyUsage = (usage: Json): Extension => {
  const bits = keyUsageBits.map((name) => (usage[name] === true ? '1' : '0')).join('');
  const used = bits.lastIndexOf('1') + 1;
  if (used === 0) throw new AwsError('InvalidArgsException', 'KeyUsage names no usage');
  const bytes = Buffer.alloc(Math.ceil(used / 8));
  for (let bit = 0; bit < used; bit++) {
    if (bits[bit] === '1') bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  }
  return {
    id: extensionIds.keyUsage,
    critical: true,
    value: encodeBitString(bytes, bytes.length * 8 - used),
  };
};

const purposes: Readonly<Record<string, string>> = {
  SERVER_AUTH: '1.3.6.1.5.5.7.3.1',
  CLIENT_AUTH: '1.3.6.1.5.5.7.3.2',
  CODE_SIGNING: '1.3.6.1.5.5.7.3.3',
  EMAIL_PROTECTION: '1.3.6.1.5.5.7.3.4',
  TIME_STAMPING: '1.3.6.1.5.5.7.3.8',
  OCSP_SIGNING: '1.3.6.1.5.5.7.3.9',
  SMART_CARD_LOGIN: '1.3.6.1.4.1.311.20.2.2',
  DOCUMENT_SIGNING: '1.3.6.1.5.5.7.3.36',
  CERTIFICATE_TRANSPARENCY: '1.3.6.1.4.1.11129.2.4.4',
};

/** ExtendedKeyUsage of the API's list; each is a type or an OID, and not both. */
export const buildExtendedKeyUsage = (usages: readonly Json[]): Extension => {
  const ids = usages.map(({ ExtendedKeyUsageType: type, ExtendedKeyUsageObjectIdentifier: id }) => {
    if ((type === undefined) === (id === undefined)) {
      throw new AwsError('InvalidArgsException', 'an ExtendedKeyUsage is a type or an OID');
    }
    return encodeOid(type === undefined ? String(id) : purposeOf(String(type)));
  });
  return { id: extensionIds.extendedKeyUsage, critical: false, value: encodeSequence(...ids) };
};

const purposeOf = (type: string): string => {
  const purpose = purposes[type];
  if (purpose !== undefined) return purpose;
  throw new Error(`the extended key usage ${type} of the model is not known here`);
};

const cpsQualifier = '1.3.6.1.5.5.7.2.1';

/** CertificatePolicies of the API's list, with CPS qualifiers. */
export const buildCertificatePolicies = (policies: readonly Json[]): Extension => ({
  id: extensionIds.certificatePolicies,
  critical: false,
  value: encodeSequence(
    ...policies.map(({ CertPolicyId: id, PolicyQualifiers: qualifiers }) => {
      const list = ((qualifiers ?? []) as readonly Json[]).map(({ Qualifier: qualifier }) =>
        encodeSequence(encodeOid(cpsQualifier), cpsUri((qualifier as Json).CpsUri)),
      );
      return encodeSequence(
        encodeOid(String(id)),
        ...(list.length > 0 ? [encodeSequence(...list)] : []),
      );
    }),
  ),
});

const cpsUri = (uri: unknown): Buffer => encodeString(tags.ia5String, String(uri), 'CpsUri');

/** An extension of which the caller gives the DER, in base64. Refuses what is not one element. */
export const buildCustomExtension = ({
  ObjectIdentifier: id,
  Value: value,
  Critical,
}: Json): Extension => {
  const der = Buffer.from(String(value), 'base64');
  if (!isOneElement(der)) {
    throw new AwsError('InvalidArgsException', `The value of the extension ${id} is not DER`);
  }
  return { id: String(id), critical: Critical === true, value: der };
};

const isOneElement = (der: Buffer): boolean => {
  try {
    return readAll(der).length === 1;
  } catch {
    return false;
  }
};

/** RFC 5280 4.2: a certificate has at most one extension of a kind. */
export const createDuplicateExtensionError = (id: string): AwsError =>
  new AwsError('InvalidArgsException', `The extension ${id} is there twice`);
