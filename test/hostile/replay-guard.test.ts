/**
 * One encrypted key comes with one envelope: an attacker who changes a sniffed one queries the CBC
 * oracle, and gets no answer.
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

/**
 * A service that counts uses of the secret of substitute keys: it is used only if an envelope is
 * opened.
 */
async function sniffed() {
  const ra = testRa();
  let opened = 0;
  const identity = identityFrom(ra);
  const counting = Object.defineProperty({ ...identity }, 'rejectionSecret', {
    get: () => {
      opened += 1;
      return identity.rejectionSecret;
    },
  });
  const inner = service({ ra, parts: { identities: [counting] } });
  const challenge = await inner.challenge();
  const victim = pkcsReq({ ra, challenge });
  const envelope = required(certRepFieldsOf(victim.message).eContent);
  const signedByThief = (content: Uint8Array) =>
    pkcsReq({ ra, key: thief, signedData: { content } }).message;
  return { ...inner, victim, envelope, signedByThief, opened: () => opened };
}

/** Where in an envelope its IV and its last block are. */
function offsetsIn(envelope: Uint8Array) {
  const [, , encrypted] = children(contentInfoContent(envelope));
  const [, algorithm] = children(required(encrypted));
  const iv = contentOf(required(children(required(algorithm))[1]));
  return { iv: Buffer.from(envelope).indexOf(iv), last: envelope.length - 17 };
}

describe('the envelope replay guard', () => {
  it.each(['iv', 'last'] as const)(
    'refuses a sniffed envelope with another %s, unopened',
    async (part) => {
      const { tell, victim, envelope, signedByThief, opened, ca } = await sniffed();
      const first = await tell(victim.message);
      const openedBefore = opened();
      const changed = flipped(envelope, offsetsIn(envelope)[part]);
      expect([first, await tell(signedByThief(changed))]).toEqual(['SUCCESS', refused]);
      expect([openedBefore, opened(), ca.orders.length]).toEqual([1, 1, 1]);
    },
  );

  it('refuses a sniffed envelope under another cipher’s OID, unopened', async () => {
    const { tell, victim, envelope, signedByThief, opened } = await sniffed();
    await tell(victim.message);
    const at = Buffer.from(envelope).indexOf(oid(ciphers.aes128.oid));
    const other = concat(
      envelope.subarray(0, at),
      oid(ciphers.aes256.oid),
      envelope.subarray(at + 11),
    );
    expect(await tell(signedByThief(other))).toBe(refused);
    expect(opened()).toBe(1);
  });

  it('refuses the second of two changed envelopes even if the right one never came', async () => {
    const { tell, envelope, signedByThief, opened } = await sniffed();
    const { last } = offsetsIn(envelope);
    const first = await tell(signedByThief(flipped(envelope, last)));
    const openedBefore = opened();
    const second = await tell(signedByThief(flipped(envelope, last - 1)));
    expect([first, second]).toEqual([refused, refused]);
    expect(openedBefore).toBeGreaterThan(0);
    expect(opened()).toBe(openedBefore);
  });

  it('refuses the right envelope when another signs it, and leaves its challenge alone', async () => {
    const { tell, victim, envelope, signedByThief, ca } = await sniffed();
    const stolen = await tell(signedByThief(envelope));
    const ordersBefore = ca.orders.length;
    expect([stolen, await tell(victim.message)]).toEqual([
      'FAILURE badRequest SignerKeyMismatch',
      'SUCCESS',
    ]);
    expect([ordersBefore, ca.orders.length]).toEqual([0, 1]);
  });

  it('gives the thief nothing after the certificate is made, either', async () => {
    const { tell, victim, envelope, signedByThief, ca } = await sniffed();
    await tell(victim.message);
    expect(await tell(signedByThief(envelope))).toBe('FAILURE badRequest SignerKeyMismatch');
    expect(ca.orders).toHaveLength(1);
  });

  it('lets a device send the same message again', async () => {
    const { tell, victim } = await sniffed();
    expect([await tell(victim.message), await tell(victim.message)]).toEqual([
      'SUCCESS',
      'SUCCESS',
    ]);
  });

  it('does not look at what no key of ours can open', async () => {
    const { tell, opened, ra } = await sniffed();
    const { message } = pkcsReq({ ra, signedData: { content: octetString(Uint8Array.of(1)) } });
    expect(await tell(message)).toBe(refused);
    expect(opened()).toBe(0);
  });
});
