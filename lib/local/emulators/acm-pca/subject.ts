/**
 * Encodes `ASN1Subject` as a distinguished name. The service model restricts the lengths
 * (../service-model.ts).
 */
import { encodeOid } from '../../../der/write.ts';
import { AwsError, type Json } from '../aws-service.ts';
import { encodeSequence, encodeSetOf, encodeString, tags } from './der.ts';

/** The type of an attribute, and its encoding in X.520 or PKCS#9. */
interface Attribute {
  readonly id: string;
  readonly tag: number;
}

const utf8 = (id: string): Attribute => ({ id, tag: tags.utf8String });
const printable = (id: string): Attribute => ({ id, tag: tags.printableString });

// In the order of the model. The order in which the service writes the names is not documented, so
// names must be compared as sets.
const attributes: Readonly<Record<string, Attribute>> = {
  Country: printable('2.5.4.6'),
  Organization: utf8('2.5.4.10'),
  OrganizationalUnit: utf8('2.5.4.11'),
  DistinguishedNameQualifier: printable('2.5.4.46'),
  State: utf8('2.5.4.8'),
  CommonName: utf8('2.5.4.3'),
  SerialNumber: printable('2.5.4.5'),
  Locality: utf8('2.5.4.7'),
  Title: utf8('2.5.4.12'),
  Surname: utf8('2.5.4.4'),
  GivenName: utf8('2.5.4.42'),
  Initials: utf8('2.5.4.43'),
  Pseudonym: utf8('2.5.4.65'),
  GenerationQualifier: utf8('2.5.4.44'),
};

/**
 * Encodes an `ASN1Subject` as a DER Name. Refuses custom attributes beside standard ones, empty
 * values, and values that their encoding does not allow.
 */
export const encodeSubject = (subject: Json): Buffer => {
  const { CustomAttributes: custom, ...standard } = subject;
  if (custom !== undefined && Object.keys(standard).length > 0) {
    throw new AwsError('InvalidArgsException', 'CustomAttributes cannot be mixed with others');
  }
  if (custom !== undefined)
    return encodeSequence(...(custom as readonly Json[]).map(encodeCustomAttribute));
  const present = Object.entries(attributes).filter(([name]) => standard[name] !== undefined);
  return encodeSequence(
    ...present.map(([name, { id, tag }]) => encodeAttribute(id, tag, String(standard[name]), name)),
  );
};

// emailAddress (PKCS#9) and domainComponent (RFC 4519) are IA5String by definition.
const ia5Attributes = new Set(['1.2.840.113549.1.9.1', '0.9.2342.19200300.100.1.25']);

/** Encodes a custom attribute. The service's encoding is not documented (docs/unverified.md). */
const encodeCustomAttribute = ({ ObjectIdentifier, Value }: Json): Buffer => {
  const id = String(ObjectIdentifier);
  const standard = Object.values(attributes).find((known) => known.id === id);
  const tag = ia5Attributes.has(id) ? tags.ia5String : (standard?.tag ?? tags.utf8String);
  return encodeAttribute(id, tag, String(Value), id);
};

const encodeAttribute = (id: string, tag: number, value: string, name: string): Buffer => {
  // X.520 requires at least one character for each of them.
  if (value === '') throw new AwsError('InvalidArgsException', `The attribute ${name} is empty`);
  return encodeSetOf(encodeSequence(encodeOid(id), encodeString(tag, value, name)));
};
