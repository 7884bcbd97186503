import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { ScepClientError } from './errors.ts';

type MakeString = (value: string) => asn1js.BaseBlock;
const utf8: MakeString = (value) => new asn1js.Utf8String({ value });
const printable: MakeString = (value) => new asn1js.PrintableString({ value });
const ia5: MakeString = (value) => new asn1js.IA5String({ value });

// RFC 4514 section 3 and what certificates of devices use besides; string types of RFC 5280
// appendix A.
const attributeTypes: Readonly<Record<string, readonly [oid: string, make: MakeString]>> = {
  CN: ['2.5.4.3', utf8],
  SN: ['2.5.4.4', utf8],
  SERIALNUMBER: ['2.5.4.5', printable],
  C: ['2.5.4.6', printable],
  L: ['2.5.4.7', utf8],
  ST: ['2.5.4.8', utf8],
  STREET: ['2.5.4.9', utf8],
  O: ['2.5.4.10', utf8],
  OU: ['2.5.4.11', utf8],
  T: ['2.5.4.12', utf8],
  GN: ['2.5.4.42', utf8],
  UID: ['0.9.2342.19200300.100.1.1', utf8],
  DC: ['0.9.2342.19200300.100.1.25', ia5],
  E: ['1.2.840.113549.1.9.1', ia5],
  EMAILADDRESS: ['1.2.840.113549.1.9.1', ia5],
};

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
  const known = Object.hasOwn(attributeTypes, type.toUpperCase())
    ? attributeTypes[type.toUpperCase()]
    : undefined;
  if (equals < 1) throw badSubject(`“${part.trim()}” is not of the form TYPE=value`);
  if (!known) {
    throw badSubject(`“${type}” is not one of ${Object.keys(attributeTypes).join(', ')}`);
  }
  if (split(part, '+').length > 1) throw badSubject('multi-valued RDNs (+) are not supported');
  const value = unescaped(part.slice(equals + 1)).trim();
  if (value === '') throw badSubject(`${type} is empty`);
  const [oid, make] = known;
  return new asn1js.Sequence({ value: [new asn1js.ObjectIdentifier({ value: oid }), make(value)] });
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
