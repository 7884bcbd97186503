/** Names as a CSR asks for them: distinguished names and alternative names, as text with the type each piece had. */
import { Malformed, type Node, read } from '../asn1/read.ts';
import { context, tags } from '../asn1/tags.ts';
import { elements, oidOf, textOf } from '../asn1/values.ts';
import { oids } from './oids.ts';

/** One attribute of a distinguished name. `rdn` counts the RDNs: two attributes of one RDN share it. */
export interface NameAttribute {
  readonly oid: string;
  readonly text: string;
  readonly rdn: number;
}

/** Reads a Name; throws `Malformed` for string types that hold no text. */
export const nameAttributesOf = (name: Node): readonly NameAttribute[] =>
  name.children.flatMap((set, rdn) =>
    elements(set, tags.set, 'RelativeDistinguishedName').map((attribute) => {
      const [type, value] = elements(attribute, tags.sequence, 'AttributeTypeAndValue');
      return { oid: oidOf(type, 'attributeType'), text: textOf(value, 'attributeValue'), rdn };
    }),
  );

/** A requested alternative name; `other` stands for the kinds no profile can allow (directoryName, other otherNames, ...). */
export interface AlternativeName {
  readonly kind: 'dns' | 'email' | 'uri' | 'ip' | 'upn' | 'other';
  /** Text as requested; for an address its usual notation; empty for `other`. */
  readonly text: string;
}

const textKinds: Readonly<Record<number, AlternativeName['kind']>> = {
  [context(1)]: 'email',
  [context(2)]: 'dns',
  [context(6)]: 'uri',
};

/** Reads the value of a subjectAltName extension; throws `Malformed`. */
export function alternativeNamesOf(extension: Uint8Array): readonly AlternativeName[] {
  const names = elements(read(extension), tags.sequence, 'GeneralNames');
  if (names.length === 0) throw new Malformed('GeneralNames');
  return names.map(({ tag, content, children }) => {
    const kind = textKinds[tag];
    if (kind !== undefined) return { kind, text: Buffer.from(content).toString('latin1') };
    if (tag === context(7)) return { kind: 'ip', text: addressOf(content) };
    if (tag === context(0, 'constructed')) return otherNameOf(children);
    return { kind: 'other', text: '' };
  });
}

/** Of the otherNames, Microsoft's user principal name, whose value is a UTF8String; no other text type is one. */
function otherNameOf([type, value]: readonly Node[]): AlternativeName {
  const [text] = value?.tag === context(0, 'constructed') ? value.children : [];
  const isUpn = oidOf(type, 'type-id') === oids.userPrincipalName && text?.tag === tags.utf8String;
  return isUpn ? { kind: 'upn', text: textOf(text, 'otherName') } : { kind: 'other', text: '' };
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
