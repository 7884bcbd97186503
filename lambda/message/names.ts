/**
 * The names that a CSR requests, as text: distinguished names and alternative names. A name that
 * does not fit its string type is refused.
 */
import { ipAddressTag, readGeneralName } from '../asn1/general-names.ts';
import { Malformed, type Node, read } from '../asn1/read.ts';
import { readString, type StringQuirks } from '../asn1/strings.ts';
import { tags } from '../asn1/tags.ts';
import { readElements, readOid } from '../asn1/values.ts';
import type { AlternativeNameKind } from '../names/alternative-name-kinds.ts';
import { getAttributeRow, toAttribute } from '../names/subject-attributes.ts';

/**
 * One attribute of a distinguished name. `rdn` is the position of its RDN, so two attributes of one
 * RDN share it.
 */
export interface NameAttribute {
  readonly oid: string;
  readonly text: string;
  readonly rdn: number;
}

/**
 * Reads the attributes of a Name, in their order. Throws `Malformed`, with the attribute's name,
 * for a string type that the attribute cannot have, and for octets that do not fit the type.
 */
export const readNameAttributes = (name: Node, quirks: StringQuirks): readonly NameAttribute[] =>
  name.children.flatMap((set, rdn) =>
    readElements(set, tags.set, 'RelativeDistinguishedName').map((attribute) => {
      const [type, value] = readElements(attribute, tags.sequence, 'AttributeTypeAndValue');
      const oid = readOid(type, 'attributeType');
      return { oid, text: readAttributeText(oid, value, quirks), rdn };
    }),
  );

function readAttributeText(oid: string, value: Node | undefined, quirks: StringQuirks): string {
  const attribute = toAttribute(oid);
  const { type, text } = readString(value, `${attribute} is not text of its string type`, quirks);
  const row = getAttributeRow(attribute);
  if (row === undefined || row.encodings.includes(type)) return text;
  throw new Malformed(`${attribute} is never a ${type}`);
}

/**
 * A requested alternative name. `other` stands for the kinds that no profile can allow, such as
 * directoryName and other otherNames.
 */
export interface AlternativeName {
  readonly kind: AlternativeNameKind | 'other';
  /** The text as requested; an IP address in its usual notation; empty for `other`. */
  readonly text: string;
}

/**
 * Reads the value of a subjectAltName extension. Throws `Malformed`, also for an empty list and for
 * an address that is neither IPv4 nor IPv6.
 */
export function readAlternativeNames(extension: Uint8Array): readonly AlternativeName[] {
  const names = readElements(read(extension), tags.sequence, 'GeneralNames');
  if (names.length === 0) throw new Malformed('GeneralNames');
  return names.map(readAlternativeName);
}

function readAlternativeName(node: Node): AlternativeName {
  if (node.tag === ipAddressTag && ![4, 16].includes(node.content.length))
    throw new Malformed('iPAddress');
  const { kind, text } = readGeneralName(node);
  return { kind, text: kind === 'other' ? '' : text };
}
