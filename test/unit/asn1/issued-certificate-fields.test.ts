/** Compares the fields for lint with the fields that pkijs reads in the same certificate. */
import * as pkijs from 'pkijs';
import { describe, expect, it } from 'vitest';
import { parseIssuedCertificate } from '../../../lambda/asn1/issued-certificate.ts';
import { pem } from '../../support/fakes/memory-private-ca.ts';
import { buildCertificate } from '../../support/kit/certificate.ts';
import {
  basicConstraints,
  extendedKeyUsage,
  generalName,
  keyUsage,
  subjectAltName,
} from '../../support/kit/extensions.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { cn, name } from '../../support/kit/names.ts';

const extensions = [
  basicConstraints(false),
  keyUsage(['digitalSignature', 'keyEncipherment']),
  extendedKeyUsage('1.3.6.1.5.5.7.3.2', '1.3.6.1.4.1.99.7'),
  subjectAltName([
    generalName.dns('printer.example.com'),
    generalName.email('it@example.com'),
    generalName.uri('tag:microsoft.com,2022-09-14:sid:S-1'),
    generalName.upn('user@example.com'),
  ]),
];

const built = (options: { extensions?: Uint8Array[]; notAfter?: Date } = {}): Uint8Array =>
  buildCertificate({
    subject: name(cn('Gerät 7'), { type: 'O', value: 'Example, Ltd' }),
    spki: rsaKey().spki,
    signingKey: rsaKey().privateKey,
    extensions,
    ...options,
  });

describe('an issued certificate', () => {
  it('has the names, the usages and the times that pkijs reads', () => {
    const der = built();
    const expected = pkijs.Certificate.fromBER(Uint8Array.from(der));
    const read = parseIssuedCertificate(pem(der));
    expect(read.subject).toEqual(
      expected.subject.typesAndValues.map(({ type, value }) => ({
        oid: type,
        text: value.valueBlock.value,
      })),
    );
    expect(read.alternativeNames).toEqual([
      { kind: 'dns', text: 'printer.example.com' },
      { kind: 'email', text: 'it@example.com' },
      { kind: 'uri', text: 'tag:microsoft.com,2022-09-14:sid:S-1' },
      { kind: 'upn', text: 'user@example.com' },
    ]);
    expect(read.keyUsage).toEqual(['digitalSignature', 'keyEncipherment']);
    expect(read.extendedKeyUsage).toEqual(['1.3.6.1.5.5.7.3.2', '1.3.6.1.4.1.99.7']);
    expect(read.notBeforeSeconds).toBe(expected.notBefore.value.getTime() / 1000);
    expect(read.notAfterSeconds).toBe(expected.notAfter.value.getTime() / 1000);
    expect([read.isCa, read.unexpectedExtensions]).toEqual([false, []]);
  });

  it('can end after 2049, in a GeneralizedTime', () => {
    const notAfter = new Date('2051-02-03T04:05:06Z');
    const read = parseIssuedCertificate(pem(built({ notAfter })));
    expect(read.notAfterSeconds).toBe(notAfter.getTime() / 1000);
  });

  it('is recognised as a CA', () => {
    const read = parseIssuedCertificate(pem(built({ extensions: [basicConstraints(true)] })));
    expect(read.isCa).toBe(true);
  });

  it('lists a repeated extension as unexpected', () => {
    const twice = [...extensions, keyUsage(['keyCertSign'])];
    expect(parseIssuedCertificate(pem(built({ extensions: twice }))).unexpectedExtensions).toEqual([
      '2.5.29.15',
    ]);
  });

  it('is an error if it is truncated anywhere', () => {
    const der = built();
    for (let length = 0; length < der.length; length += 7)
      expect(() => parseIssuedCertificate(pem(der.subarray(0, length)))).toThrow(
        'CertificateUnreadable',
      );
  });
});
