/** Parses the subject on a command line. */
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

/** The string types of RFC 5280 appendix A, by the first encoding in subject-attributes.ts. */
const writers: Readonly<Record<string, (value: string) => asn1js.BaseBlock>> = {
  UTF8String: (value) => new asn1js.Utf8String({ value }),
  PrintableString: (value) => new asn1js.PrintableString({ value }),
  IA5String: (value) => new asn1js.IA5String({ value }),
};

/** Further common names of attributes (RFC 4514, OpenSSL). */
const otherNames: Readonly<Record<string, KnownAttribute>> = { e: 'emailAddress', t: 'title' };

/** Finds an attribute by its name in any case, by another common name, or by its OID. */
function findAttribute(type: string): SubjectAttributeRow | undefined {
  const lower = type.toLowerCase();
  const known =
    knownAttributes.find((name) => name.toLowerCase() === lower) ??
    (Object.hasOwn(otherNames, lower) ? otherNames[lower] : undefined);
  return getAttributeRow(known ?? toAttribute(type));
}

/**
 * Parses a subject such as `CN=printer 7,O=Example\, Inc.` and keeps the order of its RDNs. `\`
 * escapes a separator, or two hex digits for one byte. Throws `badArgument` for an unknown type, an
 * empty value and a multi-valued RDN (`+`).
 */
export function parseSubject(text: string): pkijs.RelativeDistinguishedNames {
  const rdns = split(text, ',').map((part) => new asn1js.Set({ value: [parseAttribute(part)] }));
  // pkijs puts all attributes of a name that it builds into one RDN, so it reads encoded bytes.
  const name = new asn1js.Sequence({ value: rdns }).toBER();
  return pkijs.RelativeDistinguishedNames.fromBER(name);
}

function parseAttribute(part: string): asn1js.Sequence {
  const equals = part.indexOf('=');
  const type = part.slice(0, Math.max(equals, 0)).trim();
  const row = findAttribute(type);
  if (equals < 1) throw createBadSubject(`“${part.trim()}” does not have the form TYPE=value`);
  if (row === undefined)
    throw createBadSubject(`“${type}” is not one of ${knownAttributes.join(', ')}, or an OID`);
  if (split(part, '+').length > 1)
    throw createBadSubject('multi-valued RDNs (+) are not supported');
  const value = unescapeValue(part.slice(equals + 1)).trim();
  if (value === '') throw createBadSubject(`${type} is empty`);
  const write = writers[row.encodings[0] ?? ''] ?? writers.UTF8String;
  if (write === undefined) throw createBadSubject(`${type} has no string type`);
  const oid = new asn1js.ObjectIdentifier({ value: row.oid });
  return new asn1js.Sequence({ value: [oid, write(value)] });
}

/** Splits a text at each separator that no backslash escapes. */
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

function unescapeValue(value: string): string {
  const bytes = value.replace(/(?:\\[0-9A-Fa-f]{2})+/g, (run) =>
    Buffer.from(run.replaceAll('\\', ''), 'hex').toString('utf8'),
  );
  return bytes.replace(/\\(.)/g, '$1');
}

function createBadSubject(reason: string): ScepClientError {
  return new ScepClientError('badArgument', `The subject is invalid: ${reason}.`);
}
