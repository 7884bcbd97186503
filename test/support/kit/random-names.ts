/** Random names of every kind and string type, right and wrong, for properties and for fuzzing. */
import fc from 'fast-check';
import { type StringType, sequence, setAsGiven, stringTypes, oid as writeOid } from './der.ts';
import { generalName } from './extensions.ts';

/** The attributes that a subject may have, and one that only its OID names. */
const attributeOids = {
  CN: '2.5.4.3',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  C: '2.5.4.6',
  ST: '2.5.4.8',
  L: '2.5.4.7',
  serialNumber: '2.5.4.5',
  SN: '2.5.4.4',
  GN: '2.5.4.42',
  title: '2.5.4.12',
  initials: '2.5.4.43',
  pseudonym: '2.5.4.65',
  generationQualifier: '2.5.4.44',
  dnQualifier: '2.5.4.46',
  street: '2.5.4.9',
  postalCode: '2.5.4.17',
  DC: '0.9.2342.19200300.100.1.25',
  UID: '0.9.2342.19200300.100.1.1',
  emailAddress: '1.2.840.113549.1.9.1',
  unstructuredName: '1.2.840.113549.1.9.2',
  unstructuredAddress: '1.2.840.113549.1.9.8',
  '1.3.6.1.4.1.99.1': '1.3.6.1.4.1.99.1',
} as const;

const encodings = Object.keys(stringTypes) as readonly StringType[];

const asciiTexts = fc.oneof(
  fc.constantFrom('x', 'DE', 'd', 'printer-7', 'AB_12', 'a@b.example', '10.0.0.1', 'Example, Inc.'),
  fc.string({ unit: 'grapheme-ascii', maxLength: 20 }),
);
const anyTexts = fc.oneof(
  { weight: 1, arbitrary: asciiTexts },
  fc.constantFrom(
    'Zürich',
    'プリンタ',
    'Αθήνα',
    'Москва',
    '\u{20bb7}野家',
    '\ufeffa',
    'a\u202eb',
    'a\0b',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.integer({ min: 1, max: 300 }).map((length) => 'x'.repeat(length)),
);

const attribute = fc.record({
  oid: fc.constantFrom(...Object.values(attributeOids)),
  text: anyTexts,
  as: fc.constantFrom(...encodings),
});

/** A CN that every profile takes, in most subjects: without one nothing else is looked at. */
const commonName = fc.constant({
  oid: attributeOids.CN,
  text: 'device',
  as: 'utf8' as StringType,
});

const encodedAttribute = ({ oid, text, as }: { oid: string; text: string; as: StringType }) =>
  sequence(writeOid(oid), stringTypes[as](text));

/** An encoded Name: attributes in any order, now and then two in one RDN. */
export const randomSubjects: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.oneof({ weight: 3, arbitrary: fc.tuple(attribute) }, fc.array(attribute, { maxLength: 4 })),
    fc.option(commonName, { freq: 9 }),
    fc.boolean(),
  )
  .map(([attributes, cn, isMultiValued]) => {
    const all = [...attributes, ...(cn ? [cn] : [])].map(encodedAttribute);
    const [first, second, ...rest] = all;
    if (isMultiValued && first && second)
      return sequence(setAsGiven(first, second), ...rest.map((one) => setAsGiven(one)));
    return sequence(...all.map((one) => setAsGiven(one)));
  });

const hosts = fc.oneof(
  fc.constantFrom(
    'a.example',
    'HOST7.Example.COM',
    '*.example',
    'a_b.example',
    'b\xfccher.example',
  ),
  fc.domain(),
);
const octets = (length: number) => fc.array(fc.nat(255), { minLength: length, maxLength: length });

/** An encoded GeneralName of any kind. */
export const randomGeneralNames: fc.Arbitrary<Uint8Array> = fc.oneof(
  hosts.map(generalName.dns),
  fc.oneof(fc.emailAddress(), asciiTexts).map(generalName.email),
  fc
    .oneof(
      fc.webUrl(),
      asciiTexts,
      fc.nat(400).map((n) => `urn:${'a'.repeat(n)}`),
    )
    .map(generalName.uri),
  fc.oneof(octets(4), octets(16), octets(3)).map((bytes) => generalName.ip(...bytes)),
  fc
    .oneof(
      fc.constantFrom('user@corp.example', 'Müller@CORP.example', 'u@\u212aorp.example'),
      anyTexts,
    )
    .map(generalName.upn),
  fc.constant(generalName.registeredId('1.2.3')),
);
