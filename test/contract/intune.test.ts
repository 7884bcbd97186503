import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Intune, IntuneRequest } from '../../lambda/ports/intune.ts';
import type { IntuneRevocations } from '../../lambda/ports/revocations.ts';
import { memoryIntune } from '../support/fakes/memory-intune.ts';
import { certificate, requestOf, startTenant, type Tenant } from '../unit/intune/tenant.ts';

/** A service, and the controls of its answers. */
interface Harness {
  readonly service: Intune & IntuneRevocations;
  /** A device's request with a valid challenge. */
  readonly request: () => IntuneRequest;
  readonly refuseNext: (code: string, call?: 'validateRequest' | 'successNotification') => void;
  readonly failNext: () => void;
  readonly queue: (serialNumber: string) => string;
}

const failure = { hResult: -1610350591, errorDescription: 'not issued' };

/** The contract of every Intune, in memory and over the wire. */
function intuneContract(harness: () => Harness): void {
  const validated = async (): Promise<IntuneRequest> => {
    const request = harness().request();
    expect(await harness().service.validate(request)).toBe('granted');
    return request;
  };

  it('grants a request with a valid challenge', async () => {
    expect(await harness().service.validate(harness().request())).toBe('granted');
  });

  it('refuses with Intune’s code, known or not', async () => {
    for (const code of ['SubjectNameMismatch', 'BadTenantIdInChallenge', 'SomethingNew']) {
      harness().refuseNext(code);
      expect(await harness().service.validate(harness().request())).toEqual({ refused: code });
    }
  });

  it('throws without a verdict, and grants the next time', async () => {
    const request = harness().request();
    harness().failNext();
    await expect(harness().service.validate(request)).rejects.toThrow();
    expect(await harness().service.validate(request)).toBe('granted');
  });

  it('accepts a notification of success, also a second time', async () => {
    const request = await validated();
    for (const _ of ['first', 'answer lost'])
      expect(await harness().service.notifySuccess(request, certificate)).toBe('granted');
  });

  it('accepts a notification of failure, also a second time', async () => {
    const request = await validated();
    for (const _ of ['first', 'answer lost'])
      expect(await harness().service.notifyFailure(request, failure)).toBe('granted');
  });

  it('refuses a notification with a code', async () => {
    const request = await validated();
    harness().refuseNext('ChallengeDecryptionError', 'successNotification');
    expect(await harness().service.notifySuccess(request, certificate)).toEqual({
      refused: 'ChallengeDecryptionError',
    });
  });

  it('throws for a notification of a request that was refused or not validated', async () => {
    const refused = harness().request();
    harness().refuseNext('ChallengeExpired');
    await harness().service.validate(refused);
    const { service } = harness();
    await expect(service.notifySuccess(harness().request(), certificate)).rejects.toThrow();
    await expect(service.notifyFailure(refused, failure)).rejects.toThrow();
  });

  it('throws for a notification with other bytes than the validated ones', async () => {
    const { transactionId } = await validated();
    const { certificateRequest } = harness().request();
    const other = { transactionId, certificateRequest };
    await expect(harness().service.notifySuccess(other, certificate)).rejects.toThrow();
  });

  it('throws for a different second outcome', async () => {
    const request = await validated();
    await harness().service.notifySuccess(request, certificate);
    await expect(harness().service.notifyFailure(request, failure)).rejects.toThrow();
  });

  it('returns revocation requests until they are answered', async () => {
    const requestContext = harness().queue('0A');
    const { service } = harness();
    const found = async () =>
      (await service.downloadRevocations(500)).filter(
        (one) => one.requestContext === requestContext,
      );
    expect(await found()).toMatchObject([{ requestContext, serialNumber: '0A' }]);
    expect(await service.uploadRevocationResults([{ requestContext, succeeded: true }])).toBe(true);
    expect(await found()).toEqual([]);
  });

  it('returns no more than the limit', async () => {
    for (const serial of ['01', '02', '03']) harness().queue(serial);
    expect(await harness().service.downloadRevocations(2)).toHaveLength(2);
  });

  it('refuses a result of an unknown request, and all other results with it', async () => {
    const requestContext = harness().queue('0B');
    const results = [requestContext, 'unknown'].map((context) => ({
      requestContext: context,
      succeeded: true as const,
    }));
    expect(await harness().service.uploadRevocationResults(results)).toBe(false);
    const contexts = (await harness().service.downloadRevocations(500)).map(
      (one) => one.requestContext,
    );
    expect(contexts).toContain(requestContext);
  });

  it('accepts a result twice, because the first answer may have been lost', async () => {
    const requestContext = harness().queue('0C');
    const result = { requestContext, succeeded: false, error: 'certificateNotFound' } as const;
    for (const _ of ['first', 'answer lost'])
      expect(await harness().service.uploadRevocationResults([result])).toBe(true);
  });
}

describe('Intune in memory', () => {
  const service = memoryIntune();
  intuneContract(() => ({
    service,
    request: () => ({ transactionId: randomUUID(), certificateRequest: Buffer.from(randomUUID()) }),
    refuseNext: (refused) => service.plan({ refused }),
    failNext: () => service.plan('outage'),
    queue: (serialNumber) => {
      const requestContext = randomUUID();
      service.queue({ requestContext, serialNumber });
      return requestContext;
    },
  }));
});

describe('Intune over the wire', () => {
  let tenant: Tenant;
  beforeAll(async () => {
    tenant = await startTenant();
  });
  afterAll(() => tenant.emulator.stop());
  intuneContract(() => ({
    service: tenant.adapter,
    request: () => requestOf(tenant.emulator),
    refuseNext: (code, call = 'validateRequest') =>
      tenant.emulator.faults.add(call, { kind: 'code', code }),
    failNext: () => tenant.emulator.faults.add('validateRequest', { kind: 'status', status: 500 }),
    queue: (serialNumber) => tenant.emulator.revocations.add({ serialNumber }).requestContext,
  }));
});
