/**
 * An attacker who changes a captured envelope must learn nothing from the answer. Randomness and
 * time are fixed here, and all messages have the same transactionID and nonce. So the answers must
 * be equal in every bit.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryEnvelopes } from '../support/fakes/memory-envelopes.ts';
import { flipped } from '../support/kit/elements.ts';
import { pkcsReq } from '../support/kit/pkcs-req.ts';
import { testRa } from '../support/kit/test-ra.ts';
import { post } from '../unit/http/events.ts';
import { service } from '../unit/http/service.ts';
import { type Kind, key, kinds } from './malformed-envelopes.ts';

const one = { transactionId: 'ONE', senderNonce: new Uint8Array(16).fill(1) };
/** The signing time of every answer. */
const signedAt = 1_800_000_000;
const random = (octets: number) => new Uint8Array(octets).fill(7);

/** A replay guard that remembers no refusal, so that each envelope is opened. */
const createForgetfulGuard = () => ({ ...memoryEnvelopes(), rememberRefusal: async () => {} });

/** The answer to a message, its log line, and the verdict on a good message with its challenge. */
async function answerTo(message: Kind[1]) {
  const { ra, ask, lines, challenge, ca, tell, time } = service({ parts: { random } });
  time.seconds = signedAt;
  const password = await challenge();
  const request = pkcsReq({ ra, challenge: password, ...one, ...message(password) });
  const { status, contentType, bytes: body } = await ask(post(request.message));
  const answer = {
    status,
    contentType,
    body: Buffer.from(body).toString('hex'),
    line: lines.at(-1),
  };
  const ordersBefore = ca.orders.length;
  const after = await tell(pkcsReq({ ra, challenge: password }).message);
  return { answer, ordersBefore, after };
}

describe('an envelope that cannot be opened', () => {
  let standard: Awaited<ReturnType<typeof answerTo>>;
  beforeAll(async () => {
    standard = await answerTo(key((encrypted) => encrypted.map(() => 1)));
  });

  it('is refused with badRequest', async () => {
    const { ra, tell } = service();
    const { message } = pkcsReq({
      ra,
      recipient: { alterEncryptedKey: (encrypted) => flipped(encrypted) },
    });
    expect(await tell(message)).toBe('FAILURE badRequest EnvelopeRefused');
  });

  it.each(kinds)('gets the same answer as all others: %s', async (_, message) => {
    const { answer, ordersBefore, after } = await answerTo(message);
    expect(answer).toEqual(standard.answer);
    expect(answer.body).toHaveLength(standard.answer.body.length);
    expect(ordersBefore).toBe(0);
    expect(after).toBe('SUCCESS');
  });

  it('gets the same answer twice, because the substitute key is derived from it', async () => {
    const alterEncryptedKey = () => new Uint8Array(256).fill(9);
    const ra = testRa();
    const { message } = pkcsReq({ ra, ...one, recipient: { alterEncryptedKey } });
    const { ask, time } = service({ parts: { random, envelopes: createForgetfulGuard() } });
    time.seconds = signedAt;
    const answers = [await ask(post(message)), await ask(post(message))];
    expect(answers[0]).toEqual(answers[1]);
  });
});
