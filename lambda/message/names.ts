/**
 * Names as a CSR asks for them: distinguished names and alternative names as text, decoded by their
 * string types or refused.
 */
import { Malformed, type Node, read } from '../asn1/read.ts';
import { decodeIa5, readString, type StringQuirks } from '../asn1/strings.ts';
import { tags, toContextTag } from '../asn1/tags.ts';
import { readElements, readOid } from '../asn1/values.ts';
import type { AlternativeNameKind } from '../names/alternative-name-kinds.ts';
import { getAttributeRow, toAttribute } from '../names/subject-attributes.ts';
import { oids } from './oids.ts';

/**
 * One attribute of a distinguished name. `rdn` counts the RDNs: two attributes of one RDN share it.
 */
export interface NameAttribute {
  readonly oid: string;
  readonly text: string;
  readonly rdn: number;
}

/**
 * Reads a Name, attribute by attribute in its order. Throws `Malformed`, with the attribute's name,
 * for a string type that the attribute cannot have and for octets that are not of the type.
 */
export const readNameAttributes = (name: Node, quirks: StringQuirks): readonly NameAttribute[] =>
  name.children.flatMap((set, rdn) =>
    readElements(set, tags.set, 'RelativeDistinguishedName').map((attribute) => {
      const [type, value] = readElements(attribute, tags.sequence, 'AttributeTypeAndValue');
      const oid = readOid(type, 'attributeType');
      return { oid, text: attributeText(oid, value, quirks), rdn };
    }),
  );

function attributeText(oid: string, value: Node | undefined, quirks: StringQuirks): string {
  const attribute = toAttribute(oid);
  const { type, text } = readString(value, `${attribute} is not text of its string type`, quirks);
  const row = getAttributeRow(attribute);
  if (row === undefined || row.encodings.includes(type)) return text;
  throw new Malformed(`${attribute} is never a ${type}`);
}

/**
 * A requested alternative name; `other` stands for the kinds that no profile can allow
 * (directoryName, other otherNames, ...).
 */
export interface AlternativeName {
  readonly kind: AlternativeNameKind | 'other';
  /** Text as requested; for an address its usual notation; empty for `other`. */
  readonly text: string;
}

const textKinds: Readonly<Record<number, AlternativeNameKind>> = {
  [toContextTag(1)]: 'email',
  [toContextTag(2)]: 'dns',
  [toContextTag(6)]: 'uri',
};

/** Reads the value of a subjectAltName extension; throws `Malformed`. */
export function readAlternativeNames(extension: Uint8Array): readonly AlternativeName[] {
  const names = readElements(read(extension), tags.sequence, 'GeneralNames');
  if (names.length === 0) throw new Malformed('GeneralNames');
  return names.map(({ tag, content, children }) => {
    const kind = textKinds[tag];
    if (kind !== undefined) return { kind, text: decodeIa5(content) };
    if (tag === toContextTag(7)) return { kind: 'ip', text: addressOf(content) };
    if (tag === toContextTag(0, 'constructed')) return otherNameOf(children);
    return { kind: 'other', text: '' };
  });
}

/**
 * Of the otherNames, Microsoft's user principal name, whose value is a UTF8String; no other text
 * type is one.
 */
function otherNameOf([type, value]: readonly Node[]): AlternativeName {
  const [text] = value?.tag === toContextTag(0, 'constructed') ? value.children : [];
  const isUpn =
    readOid(type, 'type-id') === oids.userPrincipalName && text?.tag === tags.utf8String;
  if (!isUpn) return { kind: 'other', text: '' };
  return { kind: 'upn', text: readString(text, 'userPrincipalName').text };
}

function addressOf(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.');
  if (octets.length !== 16) throw new Malformed('iPAddress');
  const groups = Array.from({ length: 8 }, (_, group) =>
    Buffer.from(octets)
      .readUInt16BE(group * 2)
      .toString(16),
  );
  return groups.join(':');
}
