/** Encodes `SubjectAlternativeNames` as GeneralNames (RFC 5280 section 4.2.1.6). */
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
  (number: number): Encoder =>
  (value, kind) => {
    // The octets of the IA5String, without its tag and length.
    const { content } = readOnly(
      encodeString(tags.ia5String, requireFilled(value, kind), kind),
      tags.ia5String,
    );
    return encodeImplicit(number, content);
  };

type Encoder = (value: unknown, kind: string) => Buffer;

/** The encoder of each member of the API's `GeneralName`. */
const encoders: Readonly<Record<string, Encoder>> = {
  OtherName: (value) => {
    const { TypeId, Value } = value as Json;
    // The service's encoding of the value is not documented (docs/unverified.md).
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
      encodeExplicit(number, encodeText(tags.utf8String, requireFilled(name, kind)));
    const assigned = assigner === undefined ? [] : [directoryString(0, assigner)];
    return encodeExplicit(5, ...assigned, directoryString(1, party));
  },
  UniformResourceIdentifier: ia5(6),
  IpAddress: (value) => encodeImplicit(7, encodeIpAddress(String(value))),
  RegisteredId: (value) => encodeImplicit(8, readOnly(encodeOid(String(value)), tags.oid).content),
};

/** Encodes the API's list. Refuses an entry that is not of exactly one kind. */
export const encodeGeneralNames = (names: readonly Json[]): Buffer =>
  encodeSequence(...names.map(encodeGeneralName));

const encodeGeneralName = (name: Json): Buffer => {
  const [member, ...more] = Object.entries(name).filter(([, value]) => value !== undefined);
  const encode = member && Object.hasOwn(encoders, member[0]) ? encoders[member[0]] : undefined;
  if (!member || !encode || more.length > 0) {
    throw new AwsError('InvalidArgsException', 'a GeneralName has exactly one kind');
  }
  return encode(member[1], member[0]);
};

const requireFilled = (value: unknown, kind: string): string => {
  if (value !== '') return String(value);
  throw new AwsError('InvalidArgsException', `${kind} is empty`);
};

const encodeIpAddress = (address: string): Buffer => {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  if (!isIPv6(address)) throw new AwsError('InvalidArgsException', 'not an IP address');
  // The URL parser accepts every form of an IPv6 address and returns the shortest hexadecimal one.
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
