/**
 * Reads a GeneralName of a subjectAltName (RFC 5280 section 4.2.1.6), in a request and in a
 * certificate.
 */
import type { Node } from './read.ts';
import { decodeIa5, readString } from './strings.ts';
import { tags, toContextTag } from './tags.ts';
import { readOid } from './values.ts';

/** An alternative name as text. */
export interface GeneralName {
  readonly kind: 'dns' | 'email' | 'uri' | 'ip' | 'upn' | 'other';
  /** An IP address in its usual notation; for `other`, the number of the tag. */
  readonly text: string;
}

/** The tag of an iPAddress. */
export const ipAddressTag = toContextTag(7);

const textKinds: Readonly<Record<number, GeneralName['kind']>> = {
  [toContextTag(1)]: 'email',
  [toContextTag(2)]: 'dns',
  [toContextTag(6)]: 'uri',
};

/** Reads one name. Throws `Malformed` for octets that do not fit the type of the name. */
export function readGeneralName({ tag, content, children }: Node): GeneralName {
  const kind = textKinds[tag];
  if (kind !== undefined) return { kind, text: decodeIa5(content) };
  if (tag === ipAddressTag) return { kind: 'ip', text: formatAddress(content) };
  if (tag === toContextTag(0, 'constructed')) return readOtherName(children);
  return { kind: 'other', text: String(tag & 0x1f) };
}

/** The otherName of Microsoft's user principal names. */
const userPrincipalName = '1.3.6.1.4.1.311.20.2.3';

/** A user principal name is a UTF8String; every other value counts as another otherName. */
function readOtherName([id, explicit]: readonly Node[]): GeneralName {
  const [name] = explicit?.tag === toContextTag(0, 'constructed') ? explicit.children : [];
  const isUpn = readOid(id, 'type-id') === userPrincipalName && name?.tag === tags.utf8String;
  if (!isUpn) return { kind: 'other', text: '0' };
  return { kind: 'upn', text: readString(name, 'userPrincipalName').text };
}

/** IPv4 in four octets; any other length as the groups of an IPv6 address. */
function formatAddress(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.');
  const groups = Array.from({ length: octets.length / 2 }, (_, group) =>
    Buffer.from(octets)
      .readUInt16BE(group * 2)
      .toString(16),
  );
  return groups.join(':');
}
