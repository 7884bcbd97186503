/** `SubjectAlternativeNames` to GeneralNames (RFC 5280 4.2.1.6). */
import { isIPv4, isIPv6 } from 'node:net';
import { AwsError, type Json } from '../aws-service.ts';
import { element, explicit, implicit, oid, sequence, tags, text } from './der.ts';
import { subjectName } from './subject.ts';

const ascii = (number: number, maximum: number) => (value: unknown) =>
  implicit(number, Buffer.from(short(value, maximum), 'latin1'));

/** One writer for each member of the API's `GeneralName`. */
const writers: Readonly<Record<string, (value: unknown) => Buffer>> = {
  OtherName: (value) => {
    const { TypeId, Value } = value as Json;
    const content = explicit(0, text(tags.utf8String, short(Value, 256)));
    return explicit(0, oid(String(TypeId)), content);
  },
  Rfc822Name: ascii(1, 256),
  DnsName: ascii(2, 253),
  DirectoryName: (value) => explicit(4, subjectName(value as Json)),
  EdiPartyName: (value) => {
    const { NameAssigner, PartyName } = value as Json;
    const assigner =
      NameAssigner === undefined
        ? []
        : [explicit(0, text(tags.utf8String, short(NameAssigner, 256)))];
    return explicit(5, ...assigner, explicit(1, text(tags.utf8String, short(PartyName, 256))));
  },
  UniformResourceIdentifier: ascii(6, 253),
  IpAddress: (value) => implicit(7, ipAddress(short(value, 39))),
  RegisteredId: (value) => {
    const id = oid(String(value));
    return element(0x88, id.subarray(2));
  },
};

/**
 * GeneralNames of the API's list; refuses an empty list, more than 150 and a name of more than one
 * kind.
 */
export const generalNames = (names: readonly Json[]): Buffer => {
  if (names.length < 1 || names.length > 150) {
    throw new AwsError('ValidationException', 'SubjectAlternativeNames: 1 to 150 names');
  }
  return sequence(...names.map(generalName));
};

const generalName = (name: Json): Buffer => {
  const [member, ...more] = Object.entries(name).filter(([, value]) => value !== undefined);
  const write = member && Object.hasOwn(writers, member[0]) ? writers[member[0]] : undefined;
  if (!member || !write || more.length > 0) {
    throw new AwsError('InvalidArgsException', 'a GeneralName is of exactly one known kind');
  }
  return write(member[1]);
};

const short = (value: unknown, maximum: number): string => {
  if (typeof value === 'string' && value.length <= maximum) return value;
  throw new AwsError(
    'ValidationException',
    `a general name is a text of at most ${maximum} characters`,
  );
};

const ipAddress = (address: string): Buffer => {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  if (!isIPv6(address)) throw new AwsError('InvalidArgsException', 'not an IP address');
  // The URL parser knows every way to write an IPv6 address and answers with the shortest
  // hexadecimal one.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const groups = (part: string | undefined): string[] => (part ? part.split(':') : []);
  const left = groups(head);
  const right = groups(tail);
  const zeros = Array<string>(8 - left.length - right.length).fill('0');
  return Buffer.from(
    [...left, ...(tail === undefined ? [] : zeros), ...right]
      .map((group) => group.padStart(4, '0'))
      .join(''),
    'hex',
  );
};
