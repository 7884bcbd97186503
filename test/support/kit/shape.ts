/**
 * The shape of a message: one line per element, in order and indented, without what is random in
 * it. Two messages of one shape differ in keys, digests, names, times and ciphertext only.
 *
 * A line has the tag, the form of the length, and the value where it is not random: object
 * identifiers, small INTEGERs, BOOLEANs, short BIT STRINGs, texts outside names. Of the rest it has
 * the length in octets, or for texts the alphabet. Extension values, eContent and RSA keys are
 * described inside their strings. Reads BER, and throws for what is cut short.
 */
import { ciphers } from './ciphers.ts';
import { type BerElement, readBer } from './read-ber.ts';

/** The shape of one element and all that is in it. */
export const describeShape = (bytes: Uint8Array): readonly string[] =>
  describe(readBer(bytes), { place: 'anywhere', indent: '' });

/** Where an element is, as that decides what of its value is random. */
type Place =
  | 'anywhere'
  | 'name'
  | 'policies'
  | 'extension'
  | 'randomText'
  | 'eContent'
  | 'ciphertext'
  | 'key';

interface Context {
  readonly place: Place;
  readonly indent: string;
}

function describe(element: BerElement, context: Context): readonly string[] {
  const label = describeTag(element);
  const line = `${context.indent}${label}${element.form === 'shortest' ? '' : ` (${element.form})`}`;
  const indent = `${context.indent}  `;
  if (element.children) {
    const parts = element.children.flatMap((child) =>
      describe(child, { place: placeIn(element, child, context.place), indent }),
    );
    return [line, ...parts];
  }
  const inside = innerElement(element, context.place);
  if (inside) return [line, ...describe(inside, { place: placeInside(context.place), indent })];
  return [`${line} ${describeValue(element, context.place)}`.trimEnd()];
}

const tagNames: Readonly<Record<number, string>> = {
  1: 'BOOLEAN',
  2: 'INTEGER',
  3: 'BIT STRING',
  4: 'OCTET STRING',
  5: 'NULL',
  6: 'OBJECT IDENTIFIER',
  12: 'UTF8String',
  16: 'SEQUENCE',
  17: 'SET',
  19: 'PrintableString',
  20: 'T61String',
  22: 'IA5String',
  23: 'UTCTime',
  24: 'GeneralizedTime',
  26: 'VisibleString',
  30: 'BMPString',
};

function describeTag({ tag, children }: BerElement): string {
  const number = tag & 0x1f;
  const name = tag < 0x80 ? (tagNames[number] ?? `UNIVERSAL ${number}`) : `[${number}]`;
  const isUsual = !children || tag >= 0x80 || number === 16 || number === 17;
  return isUsual ? name : `${name} constructed`;
}

const cipherOids: ReadonlySet<string> = new Set(Object.values(ciphers).map(({ oid }) => oid));
const policiesOid = '2.5.29.32';
// transactionID and challengePassword.
const randomTextOids = new Set(['2.16.840.1.113733.1.9.7', '1.2.840.113549.1.9.7']);
const dataOid = '1.2.840.113549.1.7.1';
const rsaOid = '1.2.840.113549.1.1.1';

/** Where a child of an element is. The OID at the element's start says what it is. */
function placeIn(element: BerElement, child: BerElement, place: Place): Place {
  const [first, second] = element.children ?? [];
  if (place === 'policies') return place;
  // The parts of a constructed OCTET STRING: no part is an element.
  if (element.tag === 0x24) return 'anywhere';
  const type = first?.tag === 0x06 ? oidText(first.content) : undefined;
  if (type === undefined) return isRsaKey(element) && child.tag === 0x03 ? 'key' : place;
  if (type === policiesOid && child.tag === 0x04) return 'policies';
  if (child.tag === 0x04) return cipherOids.has(type) ? 'anywhere' : 'extension';
  if (child === second && isString(child)) return 'name';
  if (child.tag === 0x31) return randomTextOids.has(type) ? 'randomText' : 'anywhere';
  if (type !== dataOid || child.tag === 0x06) return place;
  return second?.tag === 0x30 ? 'ciphertext' : 'eContent';
}

function isRsaKey({ tag, children = [] }: BerElement): boolean {
  const [algorithm] = children;
  const [type] = algorithm?.children ?? [];
  return tag === 0x30 && type?.tag === 0x06 && oidText(type.content) === rsaOid;
}

/** A certificate's policies are its issuer's own: their identifiers and texts are not the shape. */
const placeInside = (place: Place): Place => (place === 'policies' ? 'policies' : 'anywhere');

/** What is encoded inside a string, where strings at that place hold an element. */
function innerElement({ tag, content }: BerElement, place: Place): BerElement | undefined {
  if (place === 'key' && tag === 0x03) return readBer(content.subarray(1));
  if ((place === 'extension' || place === 'policies') && tag === 0x04) return readBer(content);
  // NDES sends one octet 00 as eContent, others none.
  if (place === 'eContent' && tag === 0x04 && content.length > 1) return readBer(content);
  return undefined;
}

const isString = ({ tag }: BerElement): boolean =>
  [0x0c, 0x13, 0x14, 0x16, 0x1a, 0x1c, 0x1e].includes(tag);

/** What of a primitive value belongs to the shape. */
function describeValue(element: BerElement, place: Place): string {
  const { tag, content } = element;
  if (tag === 0x05 && content.length === 0) return '';
  if (tag === 0x06) return describeIdentifier(oidText(content), place);
  if (tag === 0x17 || tag === 0x18) return latin1(content).replace(/\d/g, '9');
  if (isString(element)) return describeText(element, place);
  if (place === 'ciphertext' && (tag === 0x80 || tag === 0x04))
    return content.length % 8 === 0 ? 'of whole blocks' : 'of odd octets';
  // GeneralNames that are texts: rfc822Name, dNSName, uniformResourceIdentifier.
  if (tag === 0x81 || tag === 0x82 || tag === 0x86) return 'of text';
  if (content.length <= maxShownOctets && tag <= 0x03) return Buffer.from(content).toString('hex');
  return `of ${content.length} octets`;
}

const describeIdentifier = (dotted: string, place: Place): string =>
  place === 'policies' && !dotted.startsWith('1.3.6.1.5.5.7.') ? 'of a policy' : dotted;

/** INTEGERs and BIT STRINGs up to this long are part of a shape: versions, exponents, usages. */
const maxShownOctets = 3;

function describeText(element: BerElement, place: Place): string {
  if (place === 'name' || place === 'policies') return '';
  const { tag, content } = element;
  const text = tag === 0x1e ? Buffer.from(content).swap16().toString('utf16le') : latin1(content);
  if (place !== 'randomText') return JSON.stringify(text);
  const alphabet = alphabets.find(({ pattern }) => pattern.test(text))?.name ?? 'other characters';
  return `of ${text.length} ${alphabet}`;
}

const alphabets = [
  { name: 'digits', pattern: /^\d*$/ },
  { name: 'lower-case hexadecimal digits', pattern: /^[0-9a-f]*$/ },
  { name: 'upper-case hexadecimal digits', pattern: /^[0-9A-F]*$/ },
  { name: 'letters and digits in groups of five', pattern: /^[0-9A-Z]{5}(-[0-9A-Z]{5})*$/ },
  { name: 'characters of base64', pattern: /^[0-9A-Za-z+/]*=*$/ },
];

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** The dotted form of an OBJECT IDENTIFIER's content. */
function oidText(content: Uint8Array): string {
  const arcs = [0];
  for (const octet of content) {
    arcs.push((arcs.pop() ?? 0) * 128 + (octet & 0x7f));
    if (octet < 0x80) arcs.push(0);
  }
  const [first = 0, ...rest] = arcs.slice(0, -1);
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - top * 40, ...rest].join('.');
}
