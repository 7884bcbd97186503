/**
 * Secrets Manager repeats steps, and functions die in them. A rotation never leaves the connector
 * without an identity.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryPrivateCa } from '../../support/fakes/memory-private-ca.ts';
import { testRa } from '../../support/kit/test-ra.ts';
import { type Delivery, rotationService } from './service.ts';

const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

const faults: Record<string, Delivery> = {
  'killed before it': async () => {
    throw new Error('killed');
  },
  'killed after it': async (_, run) => {
    await run();
    throw new Error('killed');
  },
  'repeated afterwards': async (_, run) => {
    await run();
    await run();
  },
  'run twice concurrently': async (_, run) => {
    await Promise.allSettled([run(), run()]);
  },
};

const cases = steps.flatMap((step) => Object.keys(faults).map((fault) => [step, fault] as const));

let service: Awaited<ReturnType<typeof rotationService>>;
beforeEach(async () => {
  service = await rotationService();
});
afterEach(() => service.stop());

/** Repeats the due rotation until it completes. Returns the number of attempts. */
async function completeRotation(): Promise<number> {
  for (let attempt = 1; attempt <= 3; attempt += 1)
    if ((await service.attempt()) === undefined) return attempt;
  throw new Error('the rotation does not end');
}

const faulty = (step: string, fault: string): void => {
  let isDone = false;
  service.set({
    delivery: async (event, run) => {
      if (isDone || event.Step !== step) return run();
      isDone = true;
      await faults[fault]?.(event, run);
    },
  });
};

describe.each(cases)('a rotation whose %s is %s', (step, fault) => {
  it('keeps the old identity in use, completes at the next try, and keeps the old one for the overlap', async () => {
    await service.attempt();
    const [first] = await service.usable();
    faulty(step, fault);
    const failed = await service.attempt();
    const meanwhile = await service.usable();
    if (failed !== undefined) await completeRotation();
    const after = await service.usable();
    expect(failed !== undefined).toBe(fault.startsWith('killed'));
    expect(meanwhile).toContain(first);
    expect(after).toEqual([expect.not.stringMatching(first ?? ''), first]);
    expect(new Set(service.tokens).size).toBe(2);
  });

  it('still creates a connector’s first identity', async () => {
    faulty(step, fault);
    await completeRotation();
    expect(await service.usable()).toHaveLength(1);
  });
});

describe('a rotation', () => {
  it('orders again with another key, if its function died with the CA’s answer', async () => {
    const { ca } = service;
    const issue: typeof ca.issue = async (order) => {
      await ca.issue(order);
      throw new Error('killed');
    };
    service.set({ ca: { ...ca, issue } });
    const failed = await service.attempt();
    service.set({ ca });
    expect([failed instanceof Error, await completeRotation()]).toEqual([true, 1]);
    expect(new Set(service.orders.map(({ idempotencyToken }) => idempotencyToken)).size).toBe(2);
    expect(await service.usable()).toHaveLength(1);
  });

  it('keeps the old identity while the CA is down, and completes once it is back', async () => {
    await service.attempt();
    const before = await service.usable();
    const { ca } = service;
    const down = async () => {
      throw new Error('CertificateAuthorityBusy');
    };
    service.set({ ca: { issue: down, retrieve: down, chain: down } });
    await service.attempt();
    await service.attempt();
    const meanwhile = await service.usable();
    service.set({ ca });
    await completeRotation();
    expect(meanwhile).toEqual(before);
    expect((await service.usable()).slice(1)).toEqual(before);
  });

  it('changes nothing if its steps are repeated long after it completed', async () => {
    await service.attempt();
    const before = await service.usable();
    const [token = ''] = service.tokens;
    await service.removePending(token);
    for (const step of steps) await service.repeatStep(step, token);
    expect(await service.usable()).toEqual(before);
    expect(service.orders).toHaveLength(1);
  });

  it('retires an identity when the second one after it is created', async () => {
    const seen: string[] = [];
    for (const _ of [1, 2, 3]) {
      await service.attempt();
      seen.push((await service.usable())[0] ?? '');
    }
    expect(new Set(seen).size).toBe(3);
    expect(await service.usable()).toEqual([seen[2], seen[1]]);
  });

  it('stops at an identity of the connector’s former CA', async () => {
    await service.attempt();
    const before = await service.usable();
    faulty('testSecret', 'killed before it');
    await service.attempt();
    service.set({ ca: memoryPrivateCa(testRa('another')) });
    expect(String(await service.attempt())).toContain('RaOfAnotherAuthority');
    expect(await service.usable()).toEqual(before);
  });
});
