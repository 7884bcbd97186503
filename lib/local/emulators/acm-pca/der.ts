/**
 * The part of DER that reads a CSR and writes a certificate (X.690). It is independent of
 * lambda/asn1 and of its libraries, on purpose: the functions read these certificates with them,
 * and a shared fault would hide in both. It shares only lib/der, the writer outside lambda.
 */
import { encodeElement, toSortedSet } from '../../../der/write.ts';
import { AwsError } from '../aws-service.ts';

/** A decoded element. `raw` includes tag and length. Both members are views of the input. */
export interface Element {
  readonly tag: number;
  readonly content: Buffer;
  readonly raw: Buffer;
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  /** `attributes [0]` of a certification request (RFC 2986). */
  attributes: 0xa0,
} as const;

/**
 * Reads the elements that fill `bytes` exactly. Refuses indefinite lengths, long-form tags and
 * truncated elements.
 */
export const readAll = (bytes: Buffer): Element[] => {
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const element = readOne(bytes.subarray(at));
    elements.push(element);
    at += element.raw.length;
  }
  return elements;
};

/** Reads the one element that fills `bytes` exactly. Throws if it has another tag. */
export const readOnly = (bytes: Buffer, tag: number): Element => {
  const [element, ...more] = readAll(bytes);
  if (element?.tag !== tag || more.length > 0) throw new Error(`not one element of tag ${tag}`);
  return element;
};

/** Reads the children of one element with this tag. */
export const readChildren = (bytes: Buffer, tag: number): Element[] =>
  readAll(readOnly(bytes, tag).content);

/** Whether a Name has no attributes. */
export const isEmptyName = (name: Buffer): boolean =>
  readOnly(name, tags.sequence).content.length === 0;

const readOne = (bytes: Buffer): Element => {
  const tag = bytes.readUInt8(0);
  if ((tag & 0x1f) === 0x1f) throw new Error('the tag has the long form');
  const first = bytes.readUInt8(1);
  if (first === 0x80 || first > 0x84) throw new Error('the length is indefinite or too long');
  const lengthBytes = first & 0x80 ? first & 0x7f : 0;
  const length = lengthBytes ? bytes.readUIntBE(2, lengthBytes) : first;
  const start = 2 + lengthBytes;
  if (bytes.length < start + length) throw new Error('the element is truncated');
  return {
    tag,
    content: bytes.subarray(start, start + length),
    raw: bytes.subarray(0, start + length),
  };
};

/** Decodes the content of an OBJECT IDENTIFIER to its dotted form. */
export const decodeOid = (content: Buffer): string => {
  const arcs: bigint[] = [];
  let value = 0n;
  for (const byte of content) {
    value = (value << 7n) | BigInt(byte & 0x7f);
    if (byte & 0x80) continue;
    arcs.push(value);
    value = 0n;
  }
  const [first = 0n, ...rest] = arcs;
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - root * 40n, ...rest].join('.');
};

export const encodeSequence = (...parts: readonly Uint8Array[]): Buffer =>
  encodeElement(tags.sequence, ...parts);
/** Encodes a SET OF, sorted as DER requires. */
export const encodeSetOf = (...parts: readonly Buffer[]): Buffer =>
  encodeElement(tags.set, ...toSortedSet(parts));
export const encodeOctetString = (content: Uint8Array): Buffer =>
  encodeElement(tags.octetString, content);
export const encodeBitString = (content: Uint8Array, unusedBits = 0): Buffer =>
  encodeElement(tags.bitString, Buffer.from([unusedBits]), content);
export const encodeBoolean = (value: boolean): Buffer =>
  encodeElement(tags.boolean, Buffer.from([value ? 0xff : 0]));
export const nothing = encodeElement(tags.null);
export const encodeText = (tag: number, value: string): Buffer =>
  encodeElement(tag, Buffer.from(value, 'utf8'));
/** The characters that a string type allows (X.680 section 41.4). Other types allow any. */
const alphabets: Readonly<Record<number, RegExp>> = {
  [tags.ia5String]: /^\p{ASCII}*$/u,
  [tags.printableString]: /^[a-zA-Z0-9'()+,\-./:=? ]*$/,
};

/**
 * Encodes a string of a type. Refuses characters that the type does not allow, with `name` in the
 * message.
 */
export const encodeString = (tag: number, value: string, name: string): Buffer => {
  if (alphabets[tag]?.test(value) ?? true) return encodeText(tag, value);
  throw new AwsError(
    'InvalidArgsException',
    `${name} contains characters that its encoding does not allow`,
  );
};
/** Encodes a constructed, context-specific element. */
export const encodeExplicit = (number: number, ...parts: readonly Uint8Array[]): Buffer =>
  encodeElement(0xa0 | number, ...parts);
/** Encodes a primitive, context-specific element. */
export const encodeImplicit = (number: number, content: Uint8Array): Buffer =>
  encodeElement(0x80 | number, content);

/** Encodes a positive INTEGER of these bytes, without redundant leading zeros. */
export const encodeInteger = (bytes: Uint8Array): Buffer => {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = start < 0 ? Buffer.from([0]) : Buffer.from(bytes.subarray(start));
  const sign = (digits[0] ?? 0) & 0x80 ? Buffer.from([0]) : Buffer.alloc(0);
  return encodeElement(tags.integer, sign, digits);
};
