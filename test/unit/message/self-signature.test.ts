/**
 * Requests with keys and signatures that SCEP cannot use. The refusal names the reason only if the
 * CSR's own signature is valid. Otherwise it is the one refusal of envelopes that do not open.
 */
import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CsrOptions } from '../../support/kit/csr.ts';
import { asnNull, integer, oid, sequence, tagged } from '../../support/kit/der.ts';
import { ecKey, rsaKey, type TestKey } from '../../support/kit/keys.ts';
import { oids } from '../../support/kit/oids.ts';
import { exchange } from '../http/exchange.ts';

const device = rsaKey();

const testKey = ({ privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }) => ({
  privateKey,
  publicKey,
  spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
});

/** The cast allows types that the declarations of Node do not list yet. */
const keyOf = (type: string, options: object = {}): TestKey =>
  testKey(generateKeyPairSync(type as 'ed25519', options as object));

/** A CSR of a key that signs without a separate digest. */
const pure = (type: string, dotted: string): CsrOptions => {
  const key = keyOf(type);
  const algorithm = sequence(oid(dotted));
  return { key, signature: { algorithm, sign: (info) => sign(null, info, key.privateKey) } };
};

const pssParameters = sequence(
  tagged(0, sequence(oid('2.16.840.1.101.3.4.2.1'), asnNull())),
  tagged(2, integer(32)),
);

/** A CSR with an RSASSA-PSS signature. */
const pss = (key: TestKey): CsrOptions => ({
  key,
  signature: {
    algorithm: sequence(oid(oids.rsassaPss), pssParameters),
    sign: (info) =>
      sign('sha256', info, {
        key: key.privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: 32,
      }),
  },
});

/** A curve that no known device uses. */
const rareCurve = testKey(generateKeyPairSync('ec', { namedCurve: 'secp224r1' }));

const verdictOf = async (csr: CsrOptions) => (await exchange({ key: device, csr })).verdict;

const unusable: readonly (readonly [string, string, CsrOptions])[] = [
  ['an EC key', 'ec key', { key: ecKey() }],
  ['an Ed25519 key', 'ed25519 key', pure('ed25519', '1.3.101.112')],
  ['an Ed448 key', 'ed448 key', pure('ed448', '1.3.101.113')],
  ['an ML-DSA key', 'ml-dsa-44 key', pure('ml-dsa-44', '2.16.840.1.101.3.4.3.17')],
  ['an RSA-PSS key', 'rsa-pss key', pss(keyOf('rsa-pss', { modulusLength: 2048 }))],
];

describe('a request for a key that SCEP cannot use', () => {
  it.each(unusable)('is KeyRefused for %s, and the log names the key', async (_, refused, csr) => {
    const { verdict, lastLine } = await exchange({ key: device, csr });
    expect(verdict).toBe('FAILURE badRequest KeyRefused');
    expect(lastLine()).toMatchObject({ refused });
  });

  it.each(unusable)('gets no reason for %s if its own signature is invalid', async (_, __, csr) => {
    expect(await verdictOf({ ...csr, corruptSignature: true })).toBe(
      'FAILURE badRequest EnvelopeRefused',
    );
  });

  it('gets no reason for an EC key on a curve off the list', async () => {
    expect(await verdictOf({ key: rareCurve })).toBe('FAILURE badRequest EnvelopeRefused');
  });
});

describe('a request that an RSA key signed with an algorithm off the list', () => {
  it.each([
    ['SHA-224', { digest: 'sha224' }],
    ['RSASSA-PSS', pss(device)],
  ] as const)('is badAlg for %s, and the log names it', async (refused, csr) => {
    const { verdict, lastLine } = await exchange({ key: device, csr });
    expect(verdict).toBe('FAILURE badAlg UnsupportedAlgorithm');
    expect(lastLine()).toMatchObject({ refused });
  });

  it.each([
    ['SHA-224', { digest: 'sha224' }],
    ['RSASSA-PSS', pss(device)],
  ] as const)('gets no reason for %s if its own signature is invalid', async (_, csr) => {
    expect(await verdictOf({ ...csr, corruptSignature: true })).toBe(
      'FAILURE badRequest EnvelopeRefused',
    );
  });
});
