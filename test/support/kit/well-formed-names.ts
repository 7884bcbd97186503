/**
 * Random names that are what their string types say, of every attribute, script and kind: two
 * readers of them have to agree.
 */
import fc from 'fast-check';
import { oid, type StringType, sequence, setAsGiven, stringTypes } from './der.ts';
import { generalName } from './extensions.ts';
import { cn, name } from './names.ts';

/** One attribute, as it is written and as it is to be read. */
interface WrittenAttribute {
  readonly oid: string;
  readonly text: string;
  readonly as: StringType;
}

/** A subject: its RDNs, each of one or more attributes. */
export type WrittenSubject = readonly (readonly WrittenAttribute[])[];

/** The DER of a subject, its attributes in the order given. */
export const encodedSubject = (subject: WrittenSubject): Uint8Array =>
  sequence(
    ...subject.map((rdn) =>
      setAsGiven(
        ...rdn.map(({ oid: type, text, as }) => sequence(oid(type), stringTypes[as](text))),
      ),
    ),
  );

const letters = 'ABCXYZabcxyz';
const printable = `${letters}0123456789 '()+,-./:=?`;
const t61 = `${printable}!"%&*;<>@[]_|`;
const ascii = `${t61}#$\\^\`{}~`;
const scripts = 'éüßÆøĐžΩλЖщהשعمงก中文日本語한글ﬁ€';
// Beyond 16 bits: a Han character, an emoji and a letter of mathematics.
const astral = '𠮷🔑𝒳';

/** The characters that a text of each string type is made of. */
const alphabets: Readonly<Record<StringType, string>> = {
  printable,
  t61,
  ia5: ascii,
  utf8: ascii + scripts + astral,
  bmp: ascii + scripts,
  universal: ascii + scripts + astral,
};

const textIn = (alphabet: string, maxLength: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...alphabet), { minLength: 1, maxLength })
    .map((characters) => characters.join(''));

const attributeIn = (
  oids: readonly string[],
  encodings: readonly StringType[],
  alphabet?: string,
): fc.Arbitrary<WrittenAttribute> =>
  fc
    .tuple(fc.constantFrom(...oids), fc.constantFrom(...encodings))
    .chain(([type, as]) =>
      textIn(alphabet ?? alphabets[as], 24).map((text) => ({ oid: type, text, as })),
    );

// CN, O, OU, L, ST, SN, GN, title, street, postalCode, UID, unstructuredName, and two private ones.
const directoryOids = [
  '2.5.4.3',
  '2.5.4.10',
  '2.5.4.11',
  '2.5.4.7',
  '2.5.4.8',
  '2.5.4.4',
  '2.5.4.42',
  '2.5.4.12',
  '2.5.4.9',
  '2.5.4.17',
  '0.9.2342.19200300.100.1.1',
  '1.2.840.113549.1.9.2',
  '1.3.6.1.4.1.99999.1',
  '2.999.1',
];
const allEncodings = Object.keys(stringTypes) as readonly StringType[];

const attribute = fc.oneof(
  { weight: 6, arbitrary: attributeIn(directoryOids, allEncodings) },
  // serialNumber and dnQualifier are a PrintableString; Apple writes a UTF8String.
  attributeIn(['2.5.4.5', '2.5.4.46'], ['printable', 'utf8', 'ia5'], printable),
  // DC and emailAddress are an IA5String.
  attributeIn(
    ['0.9.2342.19200300.100.1.25', '1.2.840.113549.1.9.1'],
    ['ia5', 'utf8'],
    `${letters}@.-`,
  ),
  fc
    .tuple(
      fc.constantFrom('CH', 'de', 'US'),
      fc.constantFrom('printable' as const, 'utf8' as const),
    )
    .map(([text, as]) => ({ oid: '2.5.4.6', text, as })),
);

/** Subjects of up to six RDNs, now and then with several attributes in one; some are empty. */
export const wellFormedSubjects: fc.Arbitrary<WrittenSubject> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.tuple(attribute) },
    fc.array(attribute, { minLength: 2, maxLength: 3 }),
  ),
  { maxLength: 6 },
);

const host = textIn(`${letters}0123456789.-*_`, 30);
const octets = (length: number) => fc.array(fc.nat(255), { minLength: length, maxLength: length });
const withoutBlanks = ascii.replace(' ', '').replace(',', '');

/**
 * GeneralNames of every kind but ediPartyName and x400Address, each in DER; some lists are empty.
 */
export const wellFormedGeneralNames: fc.Arbitrary<readonly Uint8Array[]> = fc.array(
  fc.oneof(
    host.map(generalName.dns),
    fc.tuple(textIn(letters, 10), host).map((parts) => generalName.email(parts.join('@'))),
    textIn(withoutBlanks, 30).map((rest) => generalName.uri(`urn:${rest}`)),
    octets(4).map((bytes) => generalName.ip(...bytes)),
    octets(16).map((bytes) => generalName.ip(...bytes)),
    fc
      .tuple(textIn(letters + scripts + astral, 10), host)
      .map((parts) => generalName.upn(parts.join('@'))),
    textIn(letters, 10).map((text) => generalName.other('1.2.3.4', stringTypes.utf8(text))),
    textIn(letters, 10).map((text) => generalName.directory(name(cn(text)))),
    fc.constantFrom('1.2.3', '2.5.4.3').map(generalName.registeredId),
  ),
  { maxLength: 5 },
);
