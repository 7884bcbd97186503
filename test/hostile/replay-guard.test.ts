/**
 * An encrypted key is accepted with one envelope only. So an attacker who changes a captured
 * envelope gets no answer from a CBC oracle.
 */
import { describe, expect, it } from 'vitest';
import { identityFrom } from '../support/fakes/test-connector.ts';
import { ciphers } from '../support/kit/ciphers.ts';
import { concat, octetString, oid } from '../support/kit/der.ts';
import { children, contentOf, flipped } from '../support/kit/elements.ts';
import { rsaKey } from '../support/kit/keys.ts';
import { pkcsReq } from '../support/kit/pkcs-req.ts';
import { testRa } from '../support/kit/test-ra.ts';
import { certRepFieldsOf, contentInfoContent, required } from '../unit/http/cert-rep-fields.ts';
import { service } from '../unit/http/service.ts';

const thief = rsaKey(2048, 'thief');
const refused = 'FAILURE badRequest EnvelopeRefused';

/** A service that counts decryptions, by the reads of the secret of substitute keys. */
async function capture() {
  const ra = testRa();
  let decryptions = 0;
  const identity = identityFrom(ra);
  const counting = Object.defineProperty({ ...identity }, 'rejectionSecret', {
    get: () => {
      decryptions += 1;
      return identity.rejectionSecret;
    },
  });
  const inner = service({ ra, parts: { identities: [counting] } });
  const challenge = await inner.challenge();
  const victim = pkcsReq({ ra, challenge });
  const envelope = required(certRepFieldsOf(victim.message).eContent);
  const signedByThief = (content: Uint8Array) =>
    pkcsReq({ ra, key: thief, signedData: { content } }).message;
  return { ...inner, victim, envelope, signedByThief, decryptions: () => decryptions };
}

/** The offsets of the IV and of the last block in an envelope. */
function offsetsIn(envelope: Uint8Array) {
  const [, , encrypted] = children(contentInfoContent(envelope));
  const [, algorithm] = children(required(encrypted));
  const iv = contentOf(required(children(required(algorithm))[1]));
  return { iv: Buffer.from(envelope).indexOf(iv), last: envelope.length - 17 };
}

describe('the envelope replay guard', () => {
  it.each(['iv', 'last'] as const)(
    'refuses a captured envelope with a changed %s, without a decryption',
    async (part) => {
      const { tell, victim, envelope, signedByThief, decryptions, ca } = await capture();
      const first = await tell(victim.message);
      const decryptionsBefore = decryptions();
      const changed = flipped(envelope, offsetsIn(envelope)[part]);
      expect([first, await tell(signedByThief(changed))]).toEqual(['SUCCESS', refused]);
      expect([decryptionsBefore, decryptions(), ca.orders.length]).toEqual([1, 1, 1]);
    },
  );

  it('refuses a captured envelope under the OID of another cipher, without a decryption', async () => {
    const { tell, victim, envelope, signedByThief, decryptions } = await capture();
    await tell(victim.message);
    const at = Buffer.from(envelope).indexOf(oid(ciphers.aes128.oid));
    const other = concat(
      envelope.subarray(0, at),
      oid(ciphers.aes256.oid),
      envelope.subarray(at + 11),
    );
    expect(await tell(signedByThief(other))).toBe(refused);
    expect(decryptions()).toBe(1);
  });

  it('refuses the second of two changed envelopes, even if the original never arrived', async () => {
    const { tell, envelope, signedByThief, decryptions } = await capture();
    const { last } = offsetsIn(envelope);
    const first = await tell(signedByThief(flipped(envelope, last)));
    const decryptionsBefore = decryptions();
    const second = await tell(signedByThief(flipped(envelope, last - 1)));
    expect([first, second]).toEqual([refused, refused]);
    expect(decryptionsBefore).toBeGreaterThan(0);
    expect(decryptions()).toBe(decryptionsBefore);
  });

  it('refuses the original envelope under another signer, and does not consume its challenge', async () => {
    const { tell, victim, envelope, signedByThief, ca } = await capture();
    const stolen = await tell(signedByThief(envelope));
    const ordersBefore = ca.orders.length;
    expect([stolen, await tell(victim.message)]).toEqual([
      'FAILURE badRequest SignerKeyMismatch',
      'SUCCESS',
    ]);
    expect([ordersBefore, ca.orders.length]).toEqual([0, 1]);
  });

  it('refuses the thief after the certificate is issued, too', async () => {
    const { tell, victim, envelope, signedByThief, ca } = await capture();
    await tell(victim.message);
    expect(await tell(signedByThief(envelope))).toBe('FAILURE badRequest SignerKeyMismatch');
    expect(ca.orders).toHaveLength(1);
  });

  it('accepts the same message again', async () => {
    const { tell, victim } = await capture();
    expect([await tell(victim.message), await tell(victim.message)]).toEqual([
      'SUCCESS',
      'SUCCESS',
    ]);
  });

  it('ignores an envelope that no key of ours can open', async () => {
    const { tell, decryptions, ra } = await capture();
    const { message } = pkcsReq({ ra, signedData: { content: octetString(Uint8Array.of(1)) } });
    expect(await tell(message)).toBe(refused);
    expect(decryptions()).toBe(0);
  });
});
