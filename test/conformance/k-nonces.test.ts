import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { octetString, oid, sequence, setAsGiven, time } from '../support/kit/der.ts';
import { contentOf } from '../support/kit/elements.ts';
import { oids } from '../support/kit/oids.ts';
import { certPoll } from '../support/kit/pkcs-req.ts';
import { readReply } from '../support/kit/reply.ts';
import { changed, more, without } from '../support/kit/signed-attributes.ts';
import { certRepFieldsOf, required } from '../unit/http/cert-rep-fields.ts';
import { post } from '../unit/http/events.ts';
import { exchange } from '../unit/http/exchange.ts';

const nonceIn = (certRep: Uint8Array, name: 'senderNonce' | 'recipientNonce'): string =>
  Buffer.from(contentOf(required(certRepFieldsOf(certRep).values(name)[0]))).toString('hex');

describe('K: nonces', () => {
  it('K-1 returns the senderNonce as recipientNonce in SUCCESS, FAILURE and PENDING', async () => {
    const senderNonce = new Uint8Array(randomBytes(16));
    const success = await exchange({ senderNonce });
    const failure = await exchange({ senderNonce, messageType: '18' });
    const pending = await exchange({ senderNonce }, { held: true });
    const echoed = [success, failure, pending].map(({ response }) =>
      nonceIn(response.bytes, 'recipientNonce'),
    );
    expect(new Set(echoed)).toEqual(new Set([Buffer.from(senderNonce).toString('hex')]));
  });

  it('K-2 sends its own nonce, 16 fresh octets each time', async () => {
    const { request, response, ask } = await exchange();
    const again = await ask(post(request.message));
    const nonces = [response, again].map(({ bytes }) => nonceIn(bytes, 'senderNonce'));
    expect(nonces.map((nonce) => nonce.length)).toEqual([32, 32]);
    expect(new Set([...nonces, Buffer.from(request.senderNonce).toString('hex')]).size).toBe(3);
  });

  it('K-3 requires no recipientNonce in a poll, and returns the senderNonce of the poll', async () => {
    const { ra, request, ask } = await exchange({}, { held: true });
    const poll = certPoll({ ra, request });
    const { bytes } = await ask(post(poll.message));
    expect(readReply(bytes, poll, ra)).toMatchObject({ status: 'PENDING' });
    expect(nonceIn(bytes, 'recipientNonce')).not.toBe(
      Buffer.from(request.senderNonce).toString('hex'),
    );
  });

  it.each([1, 8, 16, 64])(
    'K-4 accepts a nonce of %d octets (Apple sent 8) and returns it',
    async (length) => {
      const senderNonce = new Uint8Array(randomBytes(length));
      const { response, verdict } = await exchange({ senderNonce });
      expect(verdict).toBe('SUCCESS');
      expect(nonceIn(response.bytes, 'recipientNonce')).toBe(
        Buffer.from(senderNonce).toString('hex'),
      );
    },
  );

  it.each([0, 65])('K-4 refuses a nonce of %d octets', async (length) => {
    const attributes = changed('senderNonce', octetString(new Uint8Array(length)));
    expect((await exchange({ attributes })).verdict).toBe('400 NoSenderNonce');
  });

  it('K-4 refuses a message without a nonce', async () => {
    expect((await exchange({ attributes: without('senderNonce') })).verdict).toBe(
      '400 NoSenderNonce',
    );
  });

  it('K-5 accepts any signingTime, because some devices have no clock', async () => {
    const der = sequence(oid(oids.signingTime), setAsGiven(time(new Date('1970-01-01T00:00:00Z'))));
    const { verdict } = await exchange({ attributes: more({ name: 'other', der }) });
    expect(verdict).toBe('SUCCESS');
  });
});
