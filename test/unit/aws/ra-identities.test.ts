import {
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { createRaIdentitySource } from '../../../lambda/aws/ra-identities.ts';
import { pem } from '../../support/fakes/memory-private-ca.ts';
import { type TestRa, testRa } from '../../support/kit/test-ra.ts';

const secretOf = (ra: TestRa): string =>
  JSON.stringify({
    privateKeyPem: ra.raKey.export({ type: 'pkcs8', format: 'pem' }),
    certificatePem: pem(ra.raCertificate),
    chainPem: pem(ra.caCertificate),
  });

/** A source whose Secrets Manager holds these texts by stage; `calls` counts its calls. */
function source(texts: Record<string, string>) {
  const state = { texts, seconds: 0, calls: 0, isDown: false };
  const lines: unknown[] = [];
  const client = {
    send: async ({ input }: { input: { VersionStage: string } }) => {
      state.calls += 1;
      if (state.isDown) throw new Error('down');
      const SecretString = state.texts[input.VersionStage];
      if (SecretString !== undefined) return { SecretString };
      throw new ResourceNotFoundException({ message: '', $metadata: {} });
    },
  } as unknown as SecretsManagerClient;
  const clock = { nowSeconds: () => state.seconds };
  const identities = createRaIdentitySource(client, 'arn', clock, (fields) => lines.push(fields));
  const serials = async (which: 'current' | 'newest') =>
    (await identities[which]()).map(({ certificate }) =>
      Buffer.from(certificate.serial).toString('hex'),
    );
  return { state, lines, identities, serials };
}

const one = secretOf(testRa('one'));
const two = secretOf(testRa('two'));

describe('the RA identities', () => {
  it('are the current one and then the previous one', async () => {
    const { serials } = source({ AWSCURRENT: two, AWSPREVIOUS: one });
    const { serials: alone } = source({ AWSCURRENT: one });
    expect(await serials('current')).toHaveLength(2);
    expect((await serials('current'))[1]).toBe((await alone('current'))[0]);
  });

  it('are only the current one if the previous text is the secret’s first placeholder', async () => {
    const { serials } = source({ AWSCURRENT: one, AWSPREVIOUS: 'placeholder' });
    expect(await serials('current')).toHaveLength(1);
  });

  it('are an error before the first rotation', async () => {
    const { identities } = source({ AWSCURRENT: 'placeholder' });
    await expect(identities.current()).rejects.toMatchObject({ name: 'RaIdentityMissing' });
  });

  it('are cached for five minutes', async () => {
    const { state, serials } = source({ AWSCURRENT: one });
    await serials('current');
    state.seconds = 299;
    await serials('current');
    expect(state.calls).toBe(2);
    state.seconds = 300;
    await serials('current');
    expect(state.calls).toBe(4);
  });

  it('are fetched again for an unknown recipient, at most every ten seconds', async () => {
    const { state, serials } = source({ AWSCURRENT: one });
    const [before] = await serials('newest');
    state.texts = { AWSCURRENT: two, AWSPREVIOUS: one };
    state.seconds = 9;
    expect(await serials('newest')).toEqual([before]);
    state.seconds = 10;
    expect(await serials('newest')).toHaveLength(2);
  });

  it('stay in use while Secrets Manager is down, with one warning in ten seconds', async () => {
    const { state, lines, serials } = source({ AWSCURRENT: one });
    const before = await serials('current');
    state.isDown = true;
    state.seconds = 300;
    expect(await serials('current')).toEqual(before);
    expect(await serials('current')).toEqual(before);
    expect(lines).toEqual([{ event: 'ra-identities', code: 'Stale' }]);
  });

  it('are an outage if Secrets Manager is down from the start', async () => {
    const { state, identities } = source({ AWSCURRENT: one });
    state.isDown = true;
    await expect(identities.current()).rejects.toThrow('down');
  });
});
