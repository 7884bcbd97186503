/**
 * The one table of subject attributes. Each has an OID, string types, a form, and a member of ACM
 * PCA's `ASN1Subject` (service model acm-pca 2017-08-22). Profile, challenge limits, panel, command
 * line, Apple profiles and lint use it (docs/decisions/019-names.md).
 */
import type { StringType } from '../asn1/strings.ts';
import { emailRule } from './alternative-name-kinds.ts';
import { allowAnyText, allowAsciiText, allowPrintableText, type NameRule } from './name-rule.ts';

/** One attribute of a subject. */
export interface SubjectAttributeRow extends NameRule {
  readonly oid: string;
  /** The string types that a request can use; the first is that of the standard. */
  readonly encodings: readonly StringType[];
  /** Its member of `ASN1Subject`. If omitted, it is sent as a custom attribute. */
  readonly member?: string;
  readonly repeatable?: true;
  /**
   * The attribute names the holder, not the place or the organisation of the holder. A challenge
   * with a limit on the subject refuses such an attribute unless the limit lists it.
   */
  readonly namesHolder?: true;
}

/** The types of a DirectoryString (X.520), and IA5String, which embedded clients use instead. */
const directoryString: readonly StringType[] = [
  'UTF8String',
  'PrintableString',
  'IA5String',
  'T61String',
  'BMPString',
  'UniversalString',
];

/**
 * The types of attributes that are ASCII by definition. Apple's SCEP client writes every attribute
 * as a UTF8String, even the country.
 */
const asciiString: readonly StringType[] = [
  'PrintableString',
  'IA5String',
  'UTF8String',
  'T61String',
];

const ia5String: readonly StringType[] = ['IA5String', ...asciiString];

const country: NameRule = {
  maxCharacters: 2,
  alphabet: /^[A-Za-z]*$/,
  hasForm: (text) => text.length === 2,
  description: 'two letters',
};

/** An attribute with a member of its own, whose text can have any script. */
const directory = (oid: string, member: string, maxCharacters: number) => ({
  oid,
  member,
  encodings: directoryString,
  ...allowAnyText(maxCharacters),
});

/** An attribute that is sent as a custom one, whose text can have any script. */
const custom = (oid: string, maxCharacters: number) => ({
  oid,
  encodings: directoryString,
  ...allowAnyText(maxCharacters),
});

const rows = {
  CN: { ...directory('2.5.4.3', 'CommonName', 64), namesHolder: true },
  O: directory('2.5.4.10', 'Organization', 64),
  OU: { ...directory('2.5.4.11', 'OrganizationalUnit', 64), repeatable: true },
  C: { oid: '2.5.4.6', member: 'Country', encodings: asciiString, ...country },
  ST: directory('2.5.4.8', 'State', 128),
  L: directory('2.5.4.7', 'Locality', 128),
  serialNumber: {
    oid: '2.5.4.5',
    member: 'SerialNumber',
    encodings: asciiString,
    ...allowPrintableText(64),
    namesHolder: true,
  },
  SN: { ...directory('2.5.4.4', 'Surname', 40), namesHolder: true },
  GN: { ...directory('2.5.4.42', 'GivenName', 16), namesHolder: true },
  title: directory('2.5.4.12', 'Title', 64),
  initials: { ...directory('2.5.4.43', 'Initials', 5), namesHolder: true },
  pseudonym: { ...directory('2.5.4.65', 'Pseudonym', 128), namesHolder: true },
  generationQualifier: {
    ...directory('2.5.4.44', 'GenerationQualifier', 3),
    namesHolder: true,
  },
  dnQualifier: {
    oid: '2.5.4.46',
    member: 'DistinguishedNameQualifier',
    encodings: asciiString,
    ...allowPrintableText(64),
    namesHolder: true,
  },
  street: custom('2.5.4.9', 128),
  postalCode: custom('2.5.4.17', 40),
  DC: {
    oid: '0.9.2342.19200300.100.1.25',
    encodings: ia5String,
    ...allowAsciiText(63),
    repeatable: true,
  },
  UID: { ...custom('0.9.2342.19200300.100.1.1', 256), namesHolder: true },
  emailAddress: {
    oid: '1.2.840.113549.1.9.1',
    encodings: ia5String,
    ...emailRule,
    namesHolder: true,
  },
  unstructuredName: { ...custom('1.2.840.113549.1.9.2', 255), namesHolder: true },
  unstructuredAddress: { ...custom('1.2.840.113549.1.9.8', 255), namesHolder: true },
} as const satisfies Record<string, SubjectAttributeRow>;

/** An attribute of the table, by its short name. */
export type KnownAttribute = keyof typeof rows;

/** An attribute outside the table, by its OID. */
type CustomAttribute = `${number}.${string}`;

/** Every attribute that a subject may have: a short name of the table, or an OID. */
export type SubjectAttribute = KnownAttribute | CustomAttribute;

/** The short names of the table, in its order. */
export const knownAttributes = Object.keys(rows) as readonly KnownAttribute[];

const namesByOid: ReadonlyMap<string, KnownAttribute> = new Map(
  knownAttributes.map((name) => [rows[name].oid, name]),
);

/** `CustomObjectIdentifier` of the service model. Its second arc is below 40. */
const customOid = /^[0-2]\.(\d|[1-3]\d)(\.(0|[1-9]\d*)){1,30}$/;
const maxOidCharacters = 64;

/** Whether a text is an OID that ACM PCA accepts for an attribute, a usage or a policy. */
export const isCustomOid = (text: string): boolean =>
  text.length <= maxOidCharacters && customOid.test(text);

const isKnown = (attribute: string): attribute is KnownAttribute => Object.hasOwn(rows, attribute);

/** The bound of ACM PCA for a custom attribute. */
const maxCustomCharacters = 256;

/**
 * The row of an attribute. Undefined for an unknown name, and for an OID that has a short name or
 * that ACM PCA does not accept.
 */
export function getAttributeRow(attribute: string): SubjectAttributeRow | undefined {
  if (isKnown(attribute)) return rows[attribute];
  if (!isCustomOid(attribute) || namesByOid.has(attribute)) return undefined;
  return { ...custom(attribute, maxCustomCharacters), namesHolder: true };
}

/** The attribute of an OID: its short name, or the OID itself. */
export const toAttribute = (oid: string): SubjectAttribute =>
  namesByOid.get(oid) ?? (oid as CustomAttribute);

/** The OID of an attribute. */
export const toAttributeOid = (attribute: SubjectAttribute): string =>
  isKnown(attribute) ? rows[attribute].oid : attribute;

/** No device has so many attributes. ACM PCA accepts 150. */
export const maxSubjectAttributes = 16;
