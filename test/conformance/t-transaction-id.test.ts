import { describe, expect, it } from 'vitest';
import { withLongLength } from '../support/kit/ber.ts';
import { octetString, stringTypes } from '../support/kit/der.ts';
import { rsaKey } from '../support/kit/keys.ts';
import { pkcsReq } from '../support/kit/pkcs-req.ts';
import { readReply } from '../support/kit/reply.ts';
import { changed } from '../support/kit/signed-attributes.ts';
import { certRepFieldsOf, hex } from '../unit/http/cert-rep-fields.ts';
import { exchange } from '../unit/http/exchange.ts';
import { service } from '../unit/http/service.ts';

describe('T: transactionID', () => {
  it.each([
    ['a hash in upper case (Apple, strongSwan)', 'A94A8FE5CCB19BA61C4C0873D391E987982FBBD3'],
    ['a hash in lower case (Windows)', 'a94a8fe5ccb19ba61c4c0873d391e987982fbbd3'],
    ['base64 (micromdm)', 'qUqP5cyxm6YcTAhz05Hph5gvu9M='],
    ['words (sscep)', 'SSCEP transactionId'],
    ['one character', '1'],
    ['255 characters', 'x'.repeat(255)],
  ])('T-1 accepts %s', async (_, transactionId) => {
    const { verdict, reply } = await exchange({ transactionId });
    expect(verdict).toBe('SUCCESS');
    expect(reply()).toMatchObject({ status: 'SUCCESS' });
  });

  it('T-2 accepts the same transactionID for two keys', async () => {
    const { ra, tell, challenge, ca } = service();
    const password = await challenge({ maxUses: 2 });
    const keys = [rsaKey(), rsaKey(2048, 'another')];
    for (const key of keys) {
      const { message } = pkcsReq({ ra, key, challenge: password, transactionId: 'printer' });
      expect(await tell(message)).toBe('SUCCESS');
    }
    expect(ca.orders).toHaveLength(2);
  });

  it.each([
    ['an empty one', stringTypes.printable('')],
    ['256 characters', stringTypes.printable('x'.repeat(256))],
    ['a line break', stringTypes.printable('a\nb')],
    ['NUL', stringTypes.printable('a\0')],
    ['an escape sequence', stringTypes.utf8('\u001b[2J')],
    ['a bidi override', stringTypes.utf8('\u202eabc')],
    ['octets', octetString(Buffer.from('abc'))],
  ])('T-3 refuses %s', async (_, value) => {
    const { verdict } = await exchange({ attributes: changed('transactionId', value) });
    expect(verdict).toBe('400 NoTransactionId');
  });

  it('T-3 logs any transactionID as JSON', async () => {
    const transactionId = '","outcome":"issued","x":"%s \\u001b';
    const { lines, lastLine } = await exchange({ transactionId, messageType: '18' });
    expect(lines).toHaveLength(1);
    expect(lastLine()).toMatchObject({ transactionId, outcome: 'refused' });
  });

  it.each(['printable', 'utf8', 'ia5', 't61', 'bmp'] as const)(
    'T-4 returns it byte for byte, as a string of the same type: %s',
    async (as) => {
      const element = stringTypes[as]('Transaction 1');
      const { response } = await exchange({ attributes: changed('transactionId', element) });
      expect(certRepFieldsOf(response.bytes).values('transactionId').map(hex)).toEqual([
        hex(element),
      ]);
    },
  );

  it('T-4 returns it in FAILURE and PENDING too', async () => {
    const failure = await exchange({ messageType: '18', transactionId: 'one' });
    const pending = await exchange({ transactionId: 'two' }, { held: true });
    expect([failure.reply().status, pending.reply().status]).toEqual(['FAILURE', 'PENDING']);
  });

  it('T-4 returns it in DER even if its length was padded', async () => {
    const element = withLongLength(stringTypes.printable('Transaction 1'));
    const { response, request, ra } = await exchange({
      attributes: changed('transactionId', element),
    });
    const answered = { ...request, transactionId: 'Transaction 1' };
    expect(readReply(response.bytes, answered, ra)).toMatchObject({ status: 'SUCCESS' });
  });
});
