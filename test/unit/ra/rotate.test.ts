import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseRaIdentity } from '../../../lambda/message/ra-identity.ts';
import type { IssuanceRateLimiter } from '../../../lambda/ports/rate-limiter.ts';
import { type RotationContext, rotate } from '../../../lambda/ra/rotate.ts';
import { memoryRateLimiter } from '../../support/fakes/memory-attempts.ts';
import { memoryPrivateCa } from '../../support/fakes/memory-private-ca.ts';
import { memoryTables } from '../../support/fakes/memory-tables.ts';
import { testRa } from '../../support/kit/test-ra.ts';

const secretId = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:ra';
const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

function rotation(rateLimiter: IssuanceRateLimiter = memoryRateLimiter(memoryTables(), 25)) {
  const versions = new Map<string, string>();
  const state = { current: 'none', previous: 'none', nowSeconds: 0 };
  const ca = memoryPrivateCa(testRa());
  /** Milliseconds, and the number of the CA's orders at that time. */
  const slept: (readonly [number, number])[] = [];
  const context: RotationContext = {
    connectorId: 'test',
    raValidityDays: 7,
    signingAlgorithm: 'SHA256WITHRSA',
    ca,
    rateLimiter,
    clock: {
      nowSeconds: () => state.nowSeconds,
      nowMilliseconds: () => 0,
      sleep: async (milliseconds) => {
        slept.push([milliseconds, ca.orders.length]);
      },
    },
    secret: {
      pending: async (token) => versions.get(token),
      putPending: async (token, text) => {
        versions.set(token, text);
      },
      makeCurrent: async (token) => {
        state.previous = state.current;
        state.current = token;
      },
    },
  };
  const run = (Step: string, ClientRequestToken: string) =>
    rotate({ Step, SecretId: secretId, ClientRequestToken }, context);
  const at = (seconds: number): void => {
    state.nowSeconds = seconds;
  };
  return { versions, state, ca, slept, run, at };
}

describe('the rotation of the RA secret', () => {
  it('creates an identity: a key, its certificate from the CA, and the chain', async () => {
    const { run, versions, state } = rotation();
    for (const step of steps) await run(step, 'one');
    const identity = parseRaIdentity(versions.get('one') ?? '');
    expect(state.current).toBe('one');
    expect(identity?.chain).toHaveLength(1);
  });

  it('requests the two usages by which clients choose an RA, and no extended usage', async () => {
    const { run, ca } = rotation();
    await run('createSecret', 'one');
    expect(ca.orders[0]?.passthrough).toEqual({
      Subject: { CommonName: 'SCEP RA test' },
      Extensions: { KeyUsage: { DigitalSignature: true, KeyEncipherment: true } },
    });
    expect(ca.orders[0]?.validityDays).toBe(7);
  });

  it('requests a certificate that ends with the CA, where the CA ends first', async () => {
    const caEnds = new X509Certificate(testRa().caCertificate).validToDate.getTime() / 1000;
    const { run, ca, at } = rotation();
    at(caEnds - 3.5 * 86_400);
    await run('createSecret', 'one');
    expect(ca.orders[0]?.validityDays).toBe(3);
    at(caEnds - 3_600);
    await expect(run('createSecret', 'two')).rejects.toThrow('CertificateAuthorityEnded');
    expect(ca.orders).toHaveLength(1);
  });

  it.each([
    ['its turn at the CA', 4000, 4000],
    ['a minute at most, because Secrets Manager retries', 90_000, 60_000],
  ])('waits for %s', async (_, turnAtMilliseconds, waited) => {
    const { run, slept } = rotation({ take: async () => turnAtMilliseconds });
    await run('createSecret', 'one');
    expect(slept[0]).toEqual([waited, 0]);
  });

  it('sends no order if it cannot take a turn', async () => {
    const down = async () => Promise.reject(new Error('down'));
    const { run, ca } = rotation({ take: down });
    await expect(run('createSecret', 'one')).rejects.toThrow('down');
    expect(ca.orders).toEqual([]);
  });

  it('creates a new key each time', async () => {
    const { run, versions } = rotation();
    await run('createSecret', 'one');
    await run('createSecret', 'two');
    const keys = ['one', 'two'].map((token) => {
      const { certificatePem } = JSON.parse(versions.get(token) ?? '{}') as {
        certificatePem: string;
      };
      return new X509Certificate(certificatePem).publicKey.export({ type: 'spki', format: 'pem' });
    });
    expect(keys[0]).not.toBe(keys[1]);
  });

  it('keeps the identity of createSecret if the step is repeated', async () => {
    const { run, versions, ca } = rotation();
    await run('createSecret', 'one');
    const before = versions.get('one');
    await run('createSecret', 'one');
    expect(versions.get('one')).toBe(before);
    expect(ca.orders).toHaveLength(1);
  });

  it('stops at a key that does not fit the certificate, before it is in use', async () => {
    const { run, versions, state } = rotation();
    await run('createSecret', 'one');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const secret = JSON.parse(versions.get('one') ?? '{}') as object;
    const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    versions.set('one', JSON.stringify({ ...secret, privateKeyPem }));
    await expect(run('testSecret', 'one')).rejects.toThrow('RaSecretInconsistent');
    expect(state.current).toBe('none');
  });

  it('stops if createSecret was not done', async () => {
    await expect(rotation().run('testSecret', 'one')).rejects.toThrow('RaSecretIncomplete');
  });

  it.each(['', 'toString', 'deleteSecret'])('refuses the step "%s"', async (step) => {
    await expect(rotation().run(step, 'one')).rejects.toThrow('UnknownRotationStep');
  });
});
