/**
 * The keys of Apple's Device Management reference (github.com/apple/device-management,
 * mdm/profiles/*.yaml) that we write, with their types. Devices do not know other keys.
 */
import type { PlistValue } from 'plist';

type Type = 'string' | 'integer' | 'boolean' | 'data' | 'array' | 'dictionary';

/** A key. If `allowed` is present, it lists the only valid values. */
interface AppleKey {
  readonly type: Type | readonly Type[];
  readonly required?: true;
  readonly allowed?: readonly PlistValue[];
}

type Table = Readonly<Record<string, AppleKey>>;

const commonKeys: Table = {
  PayloadIdentifier: { type: 'string', required: true },
  PayloadUUID: { type: 'string', required: true },
  PayloadType: { type: 'string', required: true },
  PayloadVersion: { type: 'integer', required: true, allowed: [1] },
  PayloadDescription: { type: 'string' },
  PayloadDisplayName: { type: 'string' },
  PayloadOrganization: { type: 'string' },
};

/** The keys of TopLevel.yaml. */
export const topLevelKeys: Table = {
  ...commonKeys,
  PayloadType: { type: 'string', required: true, allowed: ['Configuration'] },
  PayloadContent: { type: 'array', required: true },
  PayloadScope: { type: 'string', allowed: ['System', 'User'] },
};

/** The keys of com.apple.security.root.yaml, which also apply to pkcs1. */
export const certificateKeys: Table = {
  ...commonKeys,
  PayloadType: {
    type: 'string',
    required: true,
    allowed: ['com.apple.security.root', 'com.apple.security.pkcs1'],
  },
  PayloadCertificateFileName: { type: 'string' },
  PayloadContent: { type: 'data', required: true },
};

/** The keys of com.apple.security.scep.yaml. */
export const scepPayloadKeys: Table = {
  ...commonKeys,
  PayloadType: { type: 'string', required: true, allowed: ['com.apple.security.scep'] },
  PayloadContent: { type: 'dictionary', required: true },
};

/** The keys of its PayloadContent. */
export const scepKeys: Table = {
  URL: { type: 'string', required: true },
  Name: { type: 'string' },
  Subject: { type: 'array' },
  Challenge: { type: 'string' },
  Keysize: { type: 'integer', allowed: [1024, 2048, 4096] },
  'Key Type': { type: 'string', allowed: ['RSA'] },
  'Key Usage': { type: 'integer', allowed: [0, 1, 4, 5] },
  CAFingerprint: { type: 'data' },
  Retries: { type: 'integer' },
  RetryDelay: { type: 'integer' },
  SubjectAltName: { type: 'dictionary' },
  KeyIsExtractable: { type: 'boolean' },
  AllowAllAppsAccess: { type: 'boolean' },
};

/** The keys of its SubjectAltName. */
export const subjectAltNameKeys: Table = {
  rfc822Name: { type: ['string', 'array'] },
  dNSName: { type: ['string', 'array'] },
  uniformResourceIdentifier: { type: ['string', 'array'] },
  ntPrincipalName: { type: 'string' },
};

/** Describes each deviation of a dictionary from its table. */
export function deviations(dictionary: PlistValue, table: Table): readonly string[] {
  if (typeOf(dictionary) !== 'dictionary') return ['is not a dictionary'];
  const entries = dictionary as Readonly<Record<string, PlistValue>>;
  const missing = Object.keys(table)
    .filter((key) => table[key]?.required && !(key in entries))
    .map((key) => `${key} is missing`);
  const wrong = Object.entries(entries).flatMap(([key, value]) => {
    const rule = table[key];
    if (rule === undefined) return [`${key} is unknown`];
    if (![rule.type].flat().includes(typeOf(value) as Type))
      return [`${key} is a ${typeOf(value)}`];
    return rule.allowed?.includes(value) === false ? [`${key} is ${String(value)}`] : [];
  });
  return [...missing, ...wrong];
}

function typeOf(value: PlistValue | undefined): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'real';
  if (ArrayBuffer.isView(value)) return 'data';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'object' ? 'dictionary' : typeof value;
}
