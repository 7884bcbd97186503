/** The cost of repeated refusals of a stranger, and their effect on good devices. */
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { toFaultResponse } from '../../lambda/http/response.ts';
import { allowance } from '../../lambda/policy/client-allowance.ts';
import { rememberedSeconds } from '../../lambda/ports/envelopes.ts';
import {
  memoryEnvelopes,
  memoryLimits,
  memorySourceLimit,
} from '../support/fakes/memory-envelopes.ts';
import { identityFrom } from '../support/fakes/test-connector.ts';
import { flipped } from '../support/kit/elements.ts';
import { ecKey, rsaKey } from '../support/kit/keys.ts';
import { cn, name } from '../support/kit/names.ts';
import { pkcsReq } from '../support/kit/pkcs-req.ts';
import { testRa } from '../support/kit/test-ra.ts';
import { certRepFieldsOf, required } from '../unit/http/cert-rep-fields.ts';
import { post } from '../unit/http/events.ts';
import { type ServiceOptions, service, verdictOf } from '../unit/http/service.ts';

const time = { seconds: 1_800_057_600 };
const nowSeconds = () => time.seconds;

/** A service with the limits of a deployed one. It counts the costs of requests. */
function counted(options: ServiceOptions = {}) {
  const costs = { marks: 0, memories: 0, decryptions: 0, secretReads: 0 };
  const identity = identityFrom(testRa());
  const counting = Object.defineProperty({ ...identity }, 'rejectionSecret', {
    get: () => {
      costs.decryptions += 1;
      return identity.rejectionSecret;
    },
  });
  const guard = memoryEnvelopes(nowSeconds);
  const limits = memoryLimits({
    decryptions: memorySourceLimit(nowSeconds),
    guesses: memorySourceLimit(nowSeconds),
  });
  const inner = service({
    ...options,
    parts: {
      identities: [counting],
      newestIdentities: async () => {
        costs.secretReads += 1;
        return [counting];
      },
      limits,
      envelopes: {
        admit: async (...given) => {
          costs.marks += 1;
          return await guard.admit(...given);
        },
        rememberRefusal: async (...given) => {
          costs.memories += 1;
          await guard.rememberRefusal(...given);
        },
      },
    },
  });
  // The time at which challenges are created.
  inner.time.seconds = time.seconds;
  const from = async (sourceIp: string, message: Uint8Array) => {
    const event = post(message);
    const requestContext = { http: { method: 'POST', sourceIp } };
    const response = await inner.ask({ ...event, headers: {}, requestContext });
    return verdictOf(response, inner.lastLine());
  };
  return { ...inner, costs, from };
}

const stranger = '203.0.113.7';

describe('the same refused message 400 times', () => {
  it.each([
    ['with a wrong challenge', { challenge: 'WRONG' }, 'ChallengeUnknown'],
    [
      'with a refused name',
      { csr: { subject: name({ type: 'O', value: 'x' }) } },
      'SubjectRefused',
    ],
    [
      'that does not open',
      { recipient: { alterEncryptedKey: (key: Uint8Array) => flipped(key) } },
      'EnvelopeRefused',
    ],
  ] as const)(
    '%s costs 400 conditional writes, one decryption and one record',
    async (_, message, code) => {
      const profile = { subject: { CN: ['*'] } };
      const { from, ra, costs, audited, lastLine } = counted({ profile });
      const { message: bytes } = pkcsReq({ ra, ...message });
      const verdicts = new Set<string>();
      for (let at = 0; at < 400; at += 1) verdicts.add(await from(stranger, bytes));
      expect([...verdicts]).toEqual([`FAILURE badRequest ${code}`]);
      expect(costs).toEqual({ marks: 400, memories: 1, decryptions: 1, secretReads: 0 });
      expect(audited.history.entries()).toHaveLength(1);
      expect(audited.events.length).toBeLessThanOrEqual(1);
      expect(lastLine()).toMatchObject({ isRepeated: true });
    },
  );

  it('is opened again after a minute, so that a change by an admin takes effect', async () => {
    const { from, ra, challenge, store, costs } = counted();
    const password = await challenge();
    const [record] = await store.list('test', { limit: 1 }).then(({ challenges }) => challenges);
    expect(record?.usesLeft).toBe(1);
    const { message } = pkcsReq({ ra, challenge: password, csr: { subject: name(cn('device')) } });
    const { message: wrong } = pkcsReq({ ra, challenge: 'WRONG' });
    await from(stranger, wrong);
    time.seconds += rememberedSeconds;
    expect(await from(stranger, wrong)).toBe('FAILURE badRequest ChallengeUnknown');
    expect(costs.decryptions).toBe(2);
    expect(await from(stranger, message)).toBe('SUCCESS');
  });

  it('under the signature of a thief does not affect the victim’s own message', async () => {
    const { from, ra, challenge } = counted();
    const password = await challenge();
    const victim = pkcsReq({ ra, challenge: password });
    const thief = rsaKey(2048, 'thief');
    const content = required(certRepFieldsOf(victim.message).eContent);
    const { transactionId } = victim;
    const stolen = pkcsReq({ ra, key: thief, transactionId, signedData: { content } });
    expect(await from(stranger, stolen.message)).toBe('FAILURE badRequest SignerKeyMismatch');
    expect(await from('198.51.100.20', victim.message)).toBe('SUCCESS');
  });
});

describe('guessing of challenges', () => {
  it('gets 429 over the budget of its address, and other addresses get their refusal', async () => {
    const { from, ra, audited } = counted();
    const guess = (at: number) => pkcsReq({ ra, challenge: `WRONG-${at}` }).message;
    const verdicts: string[] = [];
    for (let at = 0; at <= allowance.perClient; at += 1)
      verdicts.push(await from(stranger, guess(at)));
    const refused = 'FAILURE badRequest ChallengeUnknown';
    expect(new Set(verdicts.slice(0, -1))).toEqual(new Set([refused]));
    expect(verdicts.at(-1)).toBe('429 TooManyGuesses');
    expect(await from('198.51.100.20', guess(1000))).toBe(refused);
    expect(audited.history.entries().length).toBeLessThanOrEqual(allowance.perClient + 1);
  });

  it.each(['TooManyEnvelopes', 'TooManyGuesses', 'TooManyValidations'] as const)(
    'is one of the limits whose 429 has a Retry-After header: %s',
    (code) => {
      const { statusCode, headers } = toFaultResponse(code) as APIGatewayProxyStructuredResultV2;
      expect([statusCode, headers?.['retry-after']]).toEqual([429, '300']);
    },
  );

  it('does not block a good challenge behind the same address', async () => {
    const { from, ra, challenge } = counted();
    for (let at = 0; at <= allowance.perClient; at += 1)
      await from(stranger, pkcsReq({ ra, challenge: `WRONG-${at}` }).message);
    const good = pkcsReq({ ra, challenge: await challenge() }).message;
    expect(await from(stranger, good)).toBe('SUCCESS');
  });

  it('has no charge for a used challenge, nor for one that is limited to other names', async () => {
    const { from, ra, challenge } = counted();
    const used = await challenge();
    await from(stranger, pkcsReq({ ra, challenge: used }).message);
    const limited = await challenge({ constraints: { subject: { CN: ['other'] } } });
    for (let at = 0; at <= allowance.perClient; at += 1) {
      const csr = { subject: name(cn(`device-${at}`)) };
      for (const password of [used, limited])
        await from(stranger, pkcsReq({ ra, challenge: password, csr }).message);
    }
    expect(await from(stranger, pkcsReq({ ra, challenge: 'WRONG' }).message)).toBe(
      'FAILURE badRequest ChallengeUnknown',
    );
  });
});

describe('a stranger cannot cause', () => {
  it('a read of the RA secret by a message with an invalid signature', async () => {
    const { from, costs } = counted();
    const other = testRa('other');
    const forged = pkcsReq({ ra: other, signer: { corruptSignature: true } }).message;
    expect(await from(stranger, forged)).toBe('FAILURE badMessageCheck SignatureInvalid');
    expect(costs.secretReads).toBe(0);
    expect(await from(stranger, pkcsReq({ ra: other }).message)).toBe(
      'FAILURE badRequest RecipientUnknown',
    );
    expect(costs.secretReads).toBe(1);
  });

  it('429 for a good device by 61 requests for an EC key with an RSA signer', async () => {
    const { from, ra, challenge } = counted();
    const key = rsaKey(2048, 'signer of an EC request');
    for (let at = 0; at <= allowance.perClient; at += 1) {
      const csr = { key: ecKey(), subject: name(cn(`device-${at}`)) };
      const verdict = await from(stranger, pkcsReq({ ra, key, csr }).message);
      expect(verdict).toBe('FAILURE badRequest KeyRefused');
    }
    const good = pkcsReq({ ra, challenge: await challenge() }).message;
    expect(await from(stranger, good)).toBe('SUCCESS');
  });
});
