/** `ASN1Subject` to a distinguished name, with the limits of the service model. */
import { AwsError, type Json } from '../aws-service.ts';
import { oid, sequence, set, tags, text } from './der.ts';

interface Attribute {
  readonly id: string;
  readonly tag: number;
  readonly maximum: number;
  readonly pattern?: RegExp;
}

const printable = /^[a-zA-Z0-9'()+\-.?:/= ,]*$/;
const utf8 = (id: string, maximum: number): Attribute => ({ id, tag: tags.utf8String, maximum });
const narrow = (id: string, maximum: number, pattern = printable): Attribute => ({
  id,
  tag: tags.printableString,
  maximum,
  pattern,
});

// In the order of the model. The order in which the service writes the names is not documented:
// compare names as sets.
const attributes: Readonly<Record<string, Attribute>> = {
  Country: narrow('2.5.4.6', 2, /^[A-Za-z]{2}$/),
  Organization: utf8('2.5.4.10', 64),
  OrganizationalUnit: utf8('2.5.4.11', 64),
  DistinguishedNameQualifier: narrow('2.5.4.46', 64),
  State: utf8('2.5.4.8', 128),
  CommonName: utf8('2.5.4.3', 64),
  SerialNumber: narrow('2.5.4.5', 64),
  Locality: utf8('2.5.4.7', 128),
  Title: utf8('2.5.4.12', 64),
  Surname: utf8('2.5.4.4', 40),
  GivenName: utf8('2.5.4.42', 16),
  Initials: utf8('2.5.4.43', 5),
  Pseudonym: utf8('2.5.4.65', 128),
  GenerationQualifier: utf8('2.5.4.44', 3),
};

/**
 * The DER Name of an `ASN1Subject`. Refuses an unknown member, a value over its limit, and custom
 * attributes beside standard ones.
 */
export const subjectName = (subject: Json): Buffer => {
  const { CustomAttributes: custom, ...standard } = subject;
  if (custom !== undefined && Object.keys(standard).length > 0) {
    throw new AwsError('InvalidArgsException', 'CustomAttributes cannot be mixed with others');
  }
  if (custom !== undefined) return sequence(...(custom as readonly Json[]).map(customAttribute));
  const unknown = Object.keys(standard).find((name) => !Object.hasOwn(attributes, name));
  if (unknown) throw new AwsError('ValidationException', `ASN1Subject has no member ${unknown}`);
  const present = Object.entries(attributes).filter(([name]) => standard[name] !== undefined);
  return sequence(
    ...present.map(([name, attribute]) => standardAttribute(name, attribute, standard[name])),
  );
};

const standardAttribute = (name: string, attribute: Attribute, value: unknown): Buffer => {
  const fits =
    typeof value === 'string' &&
    [...value].length <= attribute.maximum &&
    (attribute.pattern?.test(value) ?? true);
  if (!fits) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at 'subject.${name}' failed to satisfy constraint: at most ${attribute.maximum} characters, pattern ${attribute.pattern ?? '.*'}`,
    );
  }
  return set(sequence(oid(attribute.id), text(attribute.tag, value)));
};

// emailAddress (PKCS#9) and domainComponent (RFC 4519) are IA5String by definition.
const ia5Attributes = new Set(['1.2.840.113549.1.9.1', '0.9.2342.19200300.100.1.25']);

const customAttribute = ({ ObjectIdentifier: id, Value: value }: Json): Buffer => {
  if (
    typeof id !== 'string' ||
    typeof value !== 'string' ||
    value.length < 1 ||
    value.length > 256
  ) {
    throw new AwsError(
      'ValidationException',
      'a custom attribute is an OID and 1 to 256 characters',
    );
  }
  const standard = Object.values(attributes).find((attribute) => attribute.id === id);
  const tag = ia5Attributes.has(id) ? tags.ia5String : (standard?.tag ?? tags.utf8String);
  return set(sequence(oid(id), text(tag, value)));
};
