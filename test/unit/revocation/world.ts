/**
 * The Intune, inbox, certificates and CA of one connector. A test can kill the function at each of
 * their calls.
 */
import type { RevocationRequest } from '../../../lambda/ports/revocations.ts';
import {
  type RevocationContext,
  revokeRequested,
} from '../../../lambda/revocation/revoke-requested.ts';
import { memoryIssuedCertificates } from '../../support/fakes/memory-due.ts';
import { memoryIntune } from '../../support/fakes/memory-intune.ts';
import { memoryRevocationJournal } from '../../support/fakes/memory-revocations.ts';
import { memoryTables, serialId } from '../../support/fakes/memory-tables.ts';

/** Thrown when the function is killed. No later call has an effect, and no code catches it. */
class Killed extends Error {
  override readonly name = 'Killed';
}

/** Kills the function at the n-th call, before or after the call happens. */
export interface Death {
  readonly atCall: number;
  readonly when: 'before' | 'after';
}

const caConfiguration = 'scep-connector/test';

/** The other members of a serial record, which no test here uses. */
const provenance = {
  enrolmentId: 'f'.repeat(64),
  attempt: 1,
  sha256: '0'.repeat(64),
  certificateArn: 'arn',
  notBeforeSeconds: 0,
  notAfterSeconds: 0,
  line: `${'f'.repeat(64)}-1`,
};

/** Creates a world with these certificates, some of them already revoked. */
export function world(serials: readonly string[], revokedBefore: readonly string[] = []) {
  const intune = memoryIntune();
  const journal = memoryRevocationJournal();
  const tables = memoryTables();
  for (const serialHex of serials)
    tables.serials.set(serialId('test', serialHex), {
      certificate: { ...provenance, serialHex },
      ...(revokedBefore.includes(serialHex) && { revokedAtSeconds: 1 }),
    });
  const certificates = memoryIssuedCertificates(tables);
  const revoked: string[] = [];
  const problems: { step: string; error: unknown }[] = [];
  const refusedByCa = new Set<string>();
  const ca = {
    revoke: async (serialHex: string) => {
      if (refusedByCa.has(serialHex)) throw new Error('CertificateAuthorityBusy');
      revoked.push(serialHex);
    },
  };
  const ports = { intune, journal, certificates, ca };
  const settings = {
    caConfiguration,
    batch: 500,
    maxCaSeconds: 200,
    nowSeconds: () => 2,
    report: (problem: { step: string; error: unknown }) => void problems.push(problem),
  };
  const run = (changes: Partial<RevocationContext> = {}) =>
    revokeRequested({ ...settings, ...ports, ...changes });
  return {
    intune,
    journal,
    certificates,
    revoked,
    problems,
    refusedByCa,
    run,
    queue: (request: Partial<RevocationRequest> & { readonly serialNumber: string }) =>
      intune.queue({ requestContext: `for ${request.serialNumber}`, caConfiguration, ...request }),
    /** Runs until the given call; returns "lived" if fewer calls were made. */
    runUntil: async (death: Death): Promise<'died' | 'lived'> => {
      const counter = { calls: 0, dead: false };
      const mortal = Object.fromEntries(
        Object.entries(ports).map(([name, port]) => [name, dyingAt(port, death, counter)]),
      ) as typeof ports;
      // A killed function does not report errors that it would have caught.
      const report = (problem: { step: string; error: unknown }) => {
        if (!counter.dead) problems.push(problem);
      };
      await run({ ...mortal, report }).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
      return counter.dead ? 'died' : 'lived';
    },
  };
}

/** Counts every method call of the port; from the fatal call on, no call has an effect. */
function dyingAt<Port extends object>(
  port: Port,
  { atCall, when }: Death,
  counter: { calls: number; dead: boolean },
): Port {
  const method =
    (act: (...given: unknown[]) => Promise<unknown>) =>
    async (...given: unknown[]) => {
      if (counter.dead) throw new Killed();
      counter.calls += 1;
      counter.dead = counter.calls === atCall;
      if (!counter.dead) return await act(...given);
      if (when === 'after') await act(...given);
      throw new Killed();
    };
  const methods = Object.entries(port).map(([name, act]) => [
    name,
    typeof act === 'function' ? method(act as Parameters<typeof method>[0]) : act,
  ]);
  return Object.fromEntries(methods) as Port;
}
