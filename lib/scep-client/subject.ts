import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import {
  getAttributeRow,
  type KnownAttribute,
  knownAttributes,
  type SubjectAttributeRow,
  toAttribute,
} from '../../lambda/names/subject-attributes.ts';
import { ScepClientError } from './errors.ts';

/** The string types of RFC 5280 appendix A, by the first encoding of the table. */
const writers: Readonly<Record<string, (value: string) => asn1js.BaseBlock>> = {
  UTF8String: (value) => new asn1js.Utf8String({ value }),
  PrintableString: (value) => new asn1js.PrintableString({ value }),
  IA5String: (value) => new asn1js.IA5String({ value }),
};

/** What people write for an attribute beside its name in the table (RFC 4514, OpenSSL). */
const otherNames: Readonly<Record<string, KnownAttribute>> = { e: 'emailAddress', t: 'title' };

/** The attribute of a type: a name of the table in any case, another name for it, or an OID. */
function attributeNamed(type: string): SubjectAttributeRow | undefined {
  const lower = type.toLowerCase();
  const known =
    knownAttributes.find((name) => name.toLowerCase() === lower) ??
    (Object.hasOwn(otherNames, lower) ? otherNames[lower] : undefined);
  return getAttributeRow(known ?? toAttribute(type));
}

/**
 * Reads a subject such as `CN=printer 7,O=Example\, Inc.`: RDNs in the order written, `\` before a
 * separator (or two hex digits) takes it as it is. Refuses unknown types, empty values and
 * multi-valued RDNs (`+`).
 */
export function parseSubject(text: string): pkijs.RelativeDistinguishedNames {
  const rdns = split(text, ',').map((part) => new asn1js.Set({ value: [attribute(part)] }));
  // From encoded bytes: pkijs would put all attributes of a name that it builds into one RDN.
  const name = new asn1js.Sequence({ value: rdns }).toBER();
  return pkijs.RelativeDistinguishedNames.fromBER(name);
}

function attribute(part: string): asn1js.Sequence {
  const equals = part.indexOf('=');
  const type = part.slice(0, Math.max(equals, 0)).trim();
  const row = attributeNamed(type);
  if (equals < 1) throw badSubject(`“${part.trim()}” is not of the form TYPE=value`);
  if (row === undefined)
    throw badSubject(`“${type}” is not one of ${knownAttributes.join(', ')}, or an OID`);
  if (split(part, '+').length > 1) throw badSubject('multi-valued RDNs (+) are not supported');
  const value = unescaped(part.slice(equals + 1)).trim();
  if (value === '') throw badSubject(`${type} is empty`);
  const write = writers[row.encodings[0] ?? ''] ?? writers.UTF8String;
  if (write === undefined) throw badSubject(`${type} has no string type`);
  const oid = new asn1js.ObjectIdentifier({ value: row.oid });
  return new asn1js.Sequence({ value: [oid, write(value)] });
}

/** Cuts at a separator that no backslash stands before. */
function split(text: string, separator: string): string[] {
  const parts = [''];
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === separator) parts.push('');
    else if (character === '\\') parts.push(`${parts.pop()}${character}${text.charAt(++at)}`);
    else parts.push(`${parts.pop()}${character}`);
  }
  return parts;
}

function unescaped(value: string): string {
  const bytes = value.replace(/(?:\\[0-9A-Fa-f]{2})+/g, (run) =>
    Buffer.from(run.replaceAll('\\', ''), 'hex').toString('utf8'),
  );
  return bytes.replace(/\\(.)/g, '$1');
}

function badSubject(why: string): ScepClientError {
  return new ScepClientError('badArgument', `The subject cannot be used: ${why}.`);
}
