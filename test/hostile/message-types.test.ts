/** In another server, an unexpected type reached the CA without a challenge (CVE-2026-30836). */
import { beforeAll, describe, expect, it } from 'vitest';
import { integer, octetString, stringTypes } from '../support/kit/der.ts';
import { pkcsReq } from '../support/kit/pkcs-req.ts';
import { changed } from '../support/kit/signed-attributes.ts';
import { target } from './target.ts';

let attacked: ReturnType<typeof target>;
let challenge: string;

beforeAll(async () => {
  attacked = target();
  challenge = await attacked.challenge();
});

const unsupported = 'FAILURE badRequest UnsupportedMessageType';

describe('the messageType', () => {
  it('is refused unless it is 19 or 20', async () => {
    const { ra, tell, orders } = attacked;
    const verdicts = new Map<string, string[]>();
    for (let type = 0; type < 100; type += 1) {
      if (type === 19) continue;
      const verdict = await tell(pkcsReq({ ra, challenge, messageType: String(type) }).message);
      verdicts.set(verdict, [...(verdicts.get(verdict) ?? []), String(type)]);
    }
    expect(verdicts.get('FAILURE badCertId NoSuchTransaction')).toEqual(['20']);
    expect(verdicts.get(unsupported)).toHaveLength(98);
    expect(orders).toHaveLength(0);
  });

  it.each([
    '019',
    '19 ',
    ' 19',
    '+19',
    '19.0',
    '1９',
    '',
    'PKCSReq',
    '0x13',
    '19\0',
    '-19',
    '__proto__',
  ])('is refused as %j', async (messageType) => {
    const { ra, tell, orders } = attacked;
    expect(await tell(pkcsReq({ ra, challenge, messageType }).message)).toBe(unsupported);
    expect(orders).toHaveLength(0);
  });

  it.each<[string, Uint8Array]>([
    ['a UTF8String', stringTypes.utf8('19')],
    ['an IA5String', stringTypes.ia5('19')],
    ['a BMPString', stringTypes.bmp('19')],
    ['an INTEGER', integer(19)],
    ['an OCTET STRING', octetString(Buffer.from('19'))],
  ])('is refused as %s', async (_, value) => {
    const { ra, tell, orders } = attacked;
    const { message } = pkcsReq({ ra, challenge, attributes: changed('messageType', value) });
    expect(await tell(message)).toBe(unsupported);
    expect(orders).toHaveLength(0);
  });

  it('is refused with two values, 19 and 18', async () => {
    const values = ['19', '18'].map(stringTypes.printable);
    const { ra, tell } = attacked;
    const { message } = pkcsReq({ ra, challenge, attributes: changed('messageType', ...values) });
    expect(await tell(message)).toBe(unsupported);
  });

  it('does not consume the challenge if it is refused', async () => {
    const { ra, tell, orders } = attacked;
    expect(await tell(pkcsReq({ ra, challenge }).message)).toBe('SUCCESS');
    expect(orders).toHaveLength(1);
  });
});
