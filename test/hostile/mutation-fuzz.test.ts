/** Good messages with random changes of a fixed seed, at every layer that an attacker can sign. */
import { sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readCertificationRequest } from '../../lambda/message/certification-request.ts';
import { isSelfSigned } from '../../lambda/message/self-signature.ts';
import { bitString, sequence } from '../support/kit/der.ts';
import { children } from '../support/kit/elements.ts';
import { rsaKey } from '../support/kit/keys.ts';
import { type BuiltPkcsReq, pkcsReq } from '../support/kit/pkcs-req.ts';
import { certRepFieldsOf, required } from '../unit/http/cert-rep-fields.ts';
import { mutated, numbersFrom } from './mutate.ts';
import { dns } from './names.ts';
import { maxCpuMilliseconds, secretsIn, target } from './target.ts';

type Numbers = (below: number) => number;

/** A service and a good request to it. */
async function begin() {
  const attacked = target({ profile: { alternativeNames: { dns: ['*'] } } });
  const challenge = await attacked.challenge({});
  const good = pkcsReq({
    ra: attacked.ra,
    challenge,
    csr: { challenges: [challenge], extensions: dns('a.example') },
  });
  await attacked.strike(pkcsReq({ ra: attacked.ra }).message);
  return { attacked, challenge, good };
}

/** Sends `count` messages; the outages, the slow messages, and the secrets in the log. */
async function fuzz(
  count: number,
  seed: number,
  { attacked, challenge, good }: Awaited<ReturnType<typeof begin>>,
  make: (number: Numbers) => Uint8Array,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (let round = 0; round < count; round += 1) {
    const message = make(numbersFrom(seed * 1_000_000 + round));
    const { status, code, cpuMilliseconds } = await attacked.strike(message);
    if (status === 503 || cpuMilliseconds > maxCpuMilliseconds)
      wrong.push(`round ${round}: ${status} ${code} in ${Math.round(cpuMilliseconds)} ms`);
  }
  return [...wrong, ...secretsIn(attacked.lines, challenge, good.csr)];
}

const device = rsaKey();

/** A CSR with another info, signed by the device. */
function signedAgain(csr: Uint8Array, info: Uint8Array): Uint8Array {
  const algorithm = required(children(csr)[1]);
  return sequence(info, algorithm, bitString(sign('sha256', info, device.privateKey)));
}

const envelopeOf = (request: BuiltPkcsReq) => required(certRepFieldsOf(request.message).eContent);

describe('changed messages', () => {
  it('are no outage, and get the requested certificate at most', async () => {
    const begun = await begin();
    const { attacked, good } = begun;
    const found = await fuzz(850, 1, begun, (number) => mutated(good.message, number));
    expect(found).toEqual([]);
    const requests = attacked.orders.map(({ request }) => Buffer.from(request).toString('hex'));
    expect(new Set([...requests, Buffer.from(good.csr).toString('hex')]).size).toBe(1);
    expect(attacked.orders.length).toBeLessThanOrEqual(1);
  });

  it('are no outage if the envelope is changed and the message is signed again', async () => {
    const begun = await begin();
    const { attacked, good } = begun;
    const envelope = envelopeOf(good);
    const found = await fuzz(400, 2, begun, (number) => {
      const content = mutated(envelope, number);
      return pkcsReq({ ra: attacked.ra, csrBytes: good.csr, signedData: { content } }).message;
    });
    expect(found).toEqual([]);
    expect(attacked.orders.length).toBeLessThanOrEqual(1);
  });

  it('are no outage if the CSR is changed and encrypted again', async () => {
    const begun = await begin();
    const { attacked, good } = begun;
    const found = await fuzz(
      300,
      3,
      begun,
      (number) => pkcsReq({ ra: attacked.ra, csrBytes: mutated(good.csr, number) }).message,
    );
    expect(found).toEqual([]);
    for (const { request } of attacked.orders)
      expect(isSelfSigned(readCertificationRequest(request))).toBe(true);
  });

  it('are no outage if the CSR is changed and signed again by its key', async () => {
    const begun = await begin();
    const { attacked, good, challenge } = begun;
    const info = required(children(good.csr)[0]);
    const found = await fuzz(
      300,
      4,
      begun,
      (number) =>
        pkcsReq({ ra: attacked.ra, csrBytes: signedAgain(good.csr, mutated(info, number)) })
          .message,
    );
    expect(found).toEqual([]);
    for (const { request } of attacked.orders)
      expect(Buffer.from(request).includes(challenge)).toBe(true);
  });
});
