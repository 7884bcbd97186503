/** An emulated tenant and our adapter on it, for tests. */
import { randomUUID } from 'node:crypto';
import { clouds } from '../../../lambda/intune/cloud.ts';
import { type Credential, createSecretCredential } from '../../../lambda/intune/credential.ts';
import { createIntune, type IntuneOptions } from '../../../lambda/intune/intune.ts';
import type { IntuneRequest } from '../../../lambda/ports/intune.ts';
import type { ExpectedRequest } from '../../../lib/local/emulators/intune/challenges.ts';
import type { Registration } from '../../../lib/local/emulators/intune/registration.ts';
import { type IntuneEmulator, startIntune } from '../../../lib/local/emulators/intune.ts';
import { buildCertificate } from '../../support/kit/certificate.ts';
import { buildCsr, type CsrOptions } from '../../support/kit/csr.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { cn, name } from '../../support/kit/names.ts';

export const tenantId = '11111111-2222-4333-8444-555555555555';
export const clientId = '66666666-7777-4888-8999-aaaaaaaaaaaa';
/** A canary that no error may contain. */
export const clientSecret = 'canary~client~secret~0123456789';

/** A clock that tests set. */
interface TestClock {
  now: number;
}

/** An emulator, an adapter for it, and the clock of both. */
export interface Tenant {
  readonly emulator: IntuneEmulator;
  readonly clock: TestClock;
  readonly adapter: ReturnType<typeof createIntune>;
  /** Another adapter on the same tenant, like a new environment without a cache. */
  readonly another: (options?: Partial<IntuneOptions>) => ReturnType<typeof createIntune>;
}

export const callerNames = {
  callerInfo: 'scep-connector 0.1.0',
  caConfiguration: 'scep-connector/test',
  certificateAuthority: 'CN=test CA',
};

/** Starts the emulator and its adapter. */
export async function startTenant(
  registration: Partial<Registration> = {},
  credential: Credential = createSecretCredential(async () => clientSecret),
): Promise<Tenant> {
  const clock: TestClock = { now: Date.now() };
  const nowMilliseconds = () => clock.now;
  const emulator = await startIntune({
    registration: { tenantId, clientId, clientSecret, ...registration },
    nowMilliseconds,
  });
  const { origin } = emulator;
  const another = (options: Partial<IntuneOptions> = {}) =>
    createIntune({
      ...callerNames,
      cloud: { ...clouds.public, authority: origin, graphUrl: origin },
      tenantId,
      clientId,
      credential,
      nowMilliseconds,
      timeoutMilliseconds: 2000,
      ...options,
    });
  return { emulator, clock, another, adapter: another() };
}

/** A device's request, with a challenge for it. */
export function requestOf(
  emulator: Pick<IntuneEmulator, 'challenge'>,
  { expected = {}, csr = {} }: { expected?: ExpectedRequest; csr?: CsrOptions } = {},
): IntuneRequest {
  const challenge = emulator.challenge({ subject: 'CN=device', ...expected });
  const certificateRequest = buildCsr({ challenges: [challenge], ...csr });
  return { transactionId: randomUUID(), certificateRequest };
}

/** Any certificate. */
export const certificate: Uint8Array = buildCertificate({
  subject: name(cn('device')),
  issuer: name(cn('test CA'), { type: 'O', value: 'Example' }),
  spki: rsaKey().spki,
  signingKey: rsaKey().privateKey,
});
