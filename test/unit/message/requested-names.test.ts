/** Reads the names of a CSR: their string types, and the attributes that request them. */
import { describe, expect, it } from 'vitest';
import { readCertificationRequest } from '../../../lambda/message/certification-request.ts';
import { type Enrolment, readEnrolment } from '../../../lambda/message/enrolment.ts';
import type { PkiMessage } from '../../../lambda/message/pki-message.ts';
import { buildCsr, type CsrOptions, csrAttribute } from '../../support/kit/csr.ts';
import { oid, type StringType, sequence, setAsGiven, tlv } from '../../support/kit/der.ts';
import { generalName, subjectAltName } from '../../support/kit/extensions.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { cn, name } from '../../support/kit/names.ts';

const key = rsaKey();

function enrolled(options: CsrOptions, utf8InPrintableString = false): Enrolment {
  const signer = { subjectPublicKeyInfo: key.spki };
  const message = { replyTo: { transactionId: 'one', signer } } as unknown as PkiMessage;
  const request = readCertificationRequest(buildCsr({ key, ...options }));
  return readEnrolment('test', message, request, { utf8InPrintableString });
}

const asPkcs9 = '1.2.840.113549.1.9.14';
const asMicrosoft = '1.3.6.1.4.1.311.2.1.14';
const asVerisign = '2.16.840.1.113733.1.9.8';

const requesting = (attribute: string, ...hosts: readonly string[]): Uint8Array =>
  csrAttribute(attribute, sequence(subjectAltName(hosts.map((host) => generalName.dns(host)))));

describe('requested names', () => {
  it.each([asPkcs9, asMicrosoft, asVerisign])('are read from the attribute %s', (attribute) => {
    const { alternativeNames } = enrolled({ attributes: [requesting(attribute, 'a.example')] });
    expect(alternativeNames).toEqual([{ kind: 'dns', text: 'a.example' }]);
  });

  it('are read once if two attributes request the same', () => {
    const attributes = [asPkcs9, asMicrosoft].map((each) => requesting(each, 'a.example'));
    expect(enrolled({ attributes }).alternativeNames).toHaveLength(1);
  });

  it.each([
    [
      'two attributes that differ',
      [requesting(asPkcs9, 'a.example'), requesting(asMicrosoft, 'b.example')],
    ],
    [
      'two attributes, the second empty',
      [requesting(asPkcs9, 'a.example'), csrAttribute(asVerisign, sequence())],
    ],
    [
      'a repeated attribute',
      [requesting(asMicrosoft, 'a.example'), requesting(asMicrosoft, 'a.example')],
    ],
  ])('are refused with %s', (_, attributes) => {
    expect(() => enrolled({ attributes })).toThrow(
      expect.objectContaining({ code: 'ExtensionRefused' }),
    );
  });

  it('are refused if they are not ASCII', () => {
    const attributes = [requesting(asPkcs9, 'b\xfccher.example')];
    expect(() => enrolled({ attributes })).toThrow(
      expect.objectContaining({ code: 'AlternativeNameRefused' }),
    );
  });
});

const zurich = (tag: number): Uint8Array =>
  sequence(setAsGiven(sequence(oid('2.5.4.3'), tlv(tag, Buffer.from('5ac3bc72696368', 'hex')))));

describe('a subject', () => {
  it.each<StringType>(['utf8', 'bmp', 'universal'])(
    'with letters beyond ASCII is read from the type %s',
    (as) => {
      const { subject } = enrolled({ subject: name(cn('Zürich', as)) });
      expect(subject).toEqual([{ oid: '2.5.4.3', text: 'Zürich', rdn: 0 }]);
    },
  );

  it.each([
    ['PrintableString', 0x13],
    ['T61String', 0x14],
  ])('with UTF-8 in a %s is refused, and the refusal names the attribute', (_, tag) => {
    expect(() => enrolled({ subject: zurich(tag) })).toThrow(
      expect.objectContaining({
        code: 'SubjectRefused',
        refused: 'CN is not text of its string type',
      }),
    );
  });

  it('with UTF-8 in a PrintableString is read as UTF-8 if the quirk is declared', () => {
    expect(enrolled({ subject: zurich(0x13) }, true).subject).toMatchObject([{ text: 'Zürich' }]);
    expect(() => enrolled({ subject: zurich(0x14) }, true)).toThrow('SubjectRefused');
  });

  it('with a country in a BMPString is refused', () => {
    const subject = name(cn('a'), { type: 'C', value: 'DE', as: 'bmp' });
    expect(() => enrolled({ subject })).toThrow(
      expect.objectContaining({ refused: 'C is never a BMPString' }),
    );
  });
});
