/** Encodes X.509 extensions (RFC 5280 section 4.2). */
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

/** An extension. `value` is the DER inside the OCTET STRING. */
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

/** Encodes the list of extensions of a certificate. */
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

/** Builds BasicConstraints. CA:TRUE is critical. CA:FALSE is an empty sequence and not critical. */
export const buildBasicConstraints = (isAuthority: boolean): Extension => ({
  id: extensionIds.basicConstraints,
  critical: isAuthority,
  value: isAuthority ? encodeSequence(encodeBoolean(true)) : encodeSequence(),
});

/** Computes RFC 5280 section 4.2.1.2 method (1): SHA-1 of the public key's bit string. */
const computeKeyIdentifier = (spki: Buffer): Buffer => {
  const bits = readChildren(spki, tags.sequence)[1];
  if (bits?.tag !== tags.bitString) throw new Error('not a SubjectPublicKeyInfo');
  return createHash('sha1').update(bits.content.subarray(1)).digest();
};

export const buildSubjectKeyIdentifier = (spki: Buffer): Extension => ({
  id: extensionIds.subjectKeyIdentifier,
  critical: false,
  value: encodeOctetString(computeKeyIdentifier(spki)),
});

export const buildAuthorityKeyIdentifier = (issuerSpki: Buffer): Extension => ({
  id: extensionIds.authorityKeyIdentifier,
  critical: false,
  value: encodeSequence(encodeImplicit(0, computeKeyIdentifier(issuerSpki))),
});

/** The nine bits of KeyUsage, in the order of RFC 5280 section 4.2.1.3, with the API's names. */
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
 * Builds KeyUsage from the API's booleans. It is critical, as in the service's templates. Refuses
 * an empty usage (RFC 5280 section 4.2.1.3).
 */
export const buildKeyUsage = (usage: Json): Extension => {
  const bits = keyUsageBits.map((name) => (usage[name] === true ? '1' : '0')).join('');
  const used = bits.lastIndexOf('1') + 1;
  if (used === 0) throw new AwsError('InvalidArgsException', 'KeyUsage has no usage');
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

/** Builds ExtendedKeyUsage from the API's list. Each entry has either a type or an OID. */
export const buildExtendedKeyUsage = (usages: readonly Json[]): Extension => {
  const ids = usages.map(({ ExtendedKeyUsageType: type, ExtendedKeyUsageObjectIdentifier: id }) => {
    if ((type === undefined) === (id === undefined)) {
      throw new AwsError('InvalidArgsException', 'an ExtendedKeyUsage has either a type or an OID');
    }
    return encodeOid(type === undefined ? String(id) : findPurpose(String(type)));
  });
  return { id: extensionIds.extendedKeyUsage, critical: false, value: encodeSequence(...ids) };
};

const findPurpose = (type: string): string => {
  const purpose = purposes[type];
  if (purpose !== undefined) return purpose;
  throw new Error(`the extended key usage ${type} of the model is not supported here`);
};

const cpsQualifier = '1.3.6.1.5.5.7.2.1';

/** Builds CertificatePolicies from the API's list, with CPS qualifiers. */
export const buildCertificatePolicies = (policies: readonly Json[]): Extension => ({
  id: extensionIds.certificatePolicies,
  critical: false,
  value: encodeSequence(
    ...policies.map(({ CertPolicyId: id, PolicyQualifiers: qualifiers }) => {
      const list = ((qualifiers ?? []) as readonly Json[]).map(({ Qualifier: qualifier }) =>
        encodeSequence(encodeOid(cpsQualifier), encodeCpsUri((qualifier as Json).CpsUri)),
      );
      return encodeSequence(
        encodeOid(String(id)),
        ...(list.length > 0 ? [encodeSequence(...list)] : []),
      );
    }),
  ),
});

const encodeCpsUri = (uri: unknown): Buffer => encodeString(tags.ia5String, String(uri), 'CpsUri');

/**
 * Builds an extension from the caller's DER, in base64. Refuses a value that is not exactly one
 * element.
 */
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

/** Creates the error for a duplicate extension (RFC 5280 section 4.2). */
export const createDuplicateExtensionError = (id: string): AwsError =>
  new AwsError('InvalidArgsException', `The extension ${id} occurs twice`);
