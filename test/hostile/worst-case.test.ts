/** Each of the most expensive messages is refused before its expensive step. */
import { beforeAll, describe, expect, it } from 'vitest';
import { buildCertificate } from '../support/kit/certificate.ts';
import { rsaKey } from '../support/kit/keys.ts';
import { cn, name } from '../support/kit/names.ts';
import { pkcsReq } from '../support/kit/pkcs-req.ts';
import { device, expensiveMessages, many, odd, rsa, signer } from './expensive-messages.ts';
import { target } from './target.ts';

let attacked: ReturnType<typeof target>;
let challenge: string;

beforeAll(async () => {
  attacked = target({ profile: { alternativeNames: { dns: ['*a*b*c*d*'] } } });
  challenge = await attacked.challenge();
});

describe('the most expensive messages', () => {
  it.each(expensiveMessages)(
    'are refused with their code and without a call to the CA: %s',
    async (_, code, options) => {
      const { ra } = attacked;
      const { message: bytes } = pkcsReq({ ra, key: device, challenge, ...options(challenge) });
      const strike = await attacked.strike(bytes);
      expect(strike.code).toBe(code);
      expect(attacked.orders).toEqual([]);
    },
  );

  it('still include good ones: a key of 8,192 bits, ten certificates, indefinite lengths', async () => {
    const key = rsaKey(8192);
    const { ra } = attacked;
    const request = pkcsReq({ ra, key, challenge: await attacked.challenge() });
    const { signerCertificate, message } = request;
    expect(await attacked.tell(message)).toBe('SUCCESS');
    const others = many(9, (at) =>
      buildCertificate({
        subject: name(cn(`issuer ${at}`)),
        spki: device.spki,
        signingKey: device.privateKey,
      }),
    );
    const certificates = [signerCertificate, ...others];
    const again = pkcsReq({
      ra,
      key,
      csrBytes: request.csr,
      signerCertificate,
      signedData: { certificates, outer: 'ber' },
    });
    expect(await attacked.tell(again.message)).toBe('SUCCESS');
  });

  it('do not include exponents of 3 and of 256 bits, whose signatures are verified', async () => {
    const { ra } = attacked;
    const exponents = [Uint8Array.of(3), odd(32)];
    for (const exponent of exponents) {
      const { message } = pkcsReq({ ra, key: device, ...signer(rsa(odd(256), exponent)) });
      expect((await attacked.strike(message)).code).toBe('SignatureInvalid');
    }
  });
});

describe('a request over the size limit', () => {
  it.each([
    ['a body of 128 KiB and one octet', { body: Buffer.alloc(128 * 1024 + 1).toString('base64') }],
    ['a body of 6 MB', { body: 'A'.repeat(6_000_000) }],
    ['a text of 6 MB', { body: 'A'.repeat(6_000_000), isBase64Encoded: false }],
    ['a query of 64 KiB and one character', { rawQueryString: '&'.repeat(64 * 1024 + 1) }],
  ])('is refused before it is read: %s', async (_, part) => {
    const http = { method: 'POST', sourceIp: '192.0.2.1' };
    const event = { rawQueryString: '', isBase64Encoded: true, requestContext: { http }, ...part };
    const { status } = await attacked.ask(event);
    expect([status, attacked.lastLine().code]).toEqual([413, 'BodyTooLarge']);
  });
});
