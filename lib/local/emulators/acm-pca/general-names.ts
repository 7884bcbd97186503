/** `SubjectAlternativeNames` to GeneralNames (RFC 5280 4.2.1.6). */
import { isIPv4, isIPv6 } from 'node:net';
import { encodeOid } from '../../../der/write.ts';
import { AwsError, type Json } from '../aws-service.ts';
import {
  encodeExplicit,
  encodeImplicit,
  encodeSequence,
  encodeString,
  encodeText,
  isEmptyName,
  readOnly,
  tags,
} from './der.ts';
import { encodeSubject } from './subject.ts';

const ia5 =
  (number: number): Writer =>
  (value, kind) => {
    // The octets of the IA5String, without its tag and length.
    const { content } = readOnly(
      encodeString(tags.ia5String, filled(value, kind), kind),
      tags.ia5String,
    );
    return encodeImplicit(number, content);
  };

type Writer = (value: unknown, kind: string) => Buffer;

/** One writer for each member of the API's `GeneralName`. */
const writers: Readonly<Record<string, Writer>> = {
  OtherName: (value) => {
    const { TypeId, Value } = value as Json;
    // How the service encodes the value is not documented (docs/unverified.md).
    const content = encodeExplicit(0, encodeText(tags.utf8String, String(Value)));
    return encodeExplicit(0, encodeOid(String(TypeId)), content);
  },
  Rfc822Name: ia5(1),
  DnsName: ia5(2),
  DirectoryName: (value, kind) => {
    const name = encodeSubject(value as Json);
    if (isEmptyName(name)) throw new AwsError('InvalidArgsException', `${kind} is empty`);
    return encodeExplicit(4, name);
  },
  EdiPartyName: (value, kind) => {
    const { NameAssigner: assigner, PartyName: party } = value as Json;
    const directoryString = (number: number, name: unknown): Buffer =>
      encodeExplicit(number, encodeText(tags.utf8String, filled(name, kind)));
    const assigned = assigner === undefined ? [] : [directoryString(0, assigner)];
    return encodeExplicit(5, ...assigned, directoryString(1, party));
  },
  UniformResourceIdentifier: ia5(6),
  IpAddress: (value) => encodeImplicit(7, ipAddress(String(value))),
  RegisteredId: (value) => encodeImplicit(8, readOnly(encodeOid(String(value)), tags.oid).content),
};

/** GeneralNames of the API's list; refuses a name that is not of exactly one kind. */
export const encodeGeneralNames = (names: readonly Json[]): Buffer =>
  encodeSequence(...names.map(generalName));

const generalName = (name: Json): Buffer => {
  const [member, ...more] = Object.entries(name).filter(([, value]) => value !== undefined);
  const write = member && Object.hasOwn(writers, member[0]) ? writers[member[0]] : undefined;
  if (!member || !write || more.length > 0) {
    throw new AwsError('InvalidArgsException', 'a GeneralName is of exactly one kind');
  }
  return write(member[1], member[0]);
};

const filled = (value: unknown, kind: string): string => {
  if (value !== '') return String(value);
  throw new AwsError('InvalidArgsException', `${kind} is empty`);
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
