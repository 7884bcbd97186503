/** The serial number of a certificate, in the form of RevokeCertificate. */
import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseIssuedCertificate } from '../../../lambda/asn1/issued-certificate.ts';
import { pem } from '../../support/fakes/memory-private-ca.ts';
import { buildCertificate } from '../../support/kit/certificate.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { cn, name } from '../../support/kit/names.ts';

/** A certificate whose serial INTEGER has these content octets. */
const certificateOf = (serial: Uint8Array): string =>
  pem(
    buildCertificate({
      subject: name(cn('device')),
      spki: rsaKey().spki,
      signingKey: rsaKey().privateKey,
      serial,
    }),
  );

describe('the serial number of a certificate', () => {
  it.each([
    ['the high bit set', '00e8cbd2bedb122329f97706bcfec990f8', 'e8cbd2bedb122329f97706bcfec990f8'],
    ['the high bit clear', '6707447683a9b7f4055627ffd55cebcc', '6707447683a9b7f4055627ffd55cebcc'],
    [
      'a first digit of zero',
      '0a07447683a9b7f4055627ffd55cebcc',
      '0a07447683a9b7f4055627ffd55cebcc',
    ],
    ['one octet', '05', '05'],
  ])('with %s is the number that OpenSSL prints', (_, content, text) => {
    const certificate = certificateOf(Buffer.from(content, 'hex'));
    expect(parseIssuedCertificate(certificate).serialHex).toBe(text);
    expect(new X509Certificate(certificate).serialNumber.toLowerCase()).toBe(text);
  });
});
