import type { Generation } from '../../lambda/generation.ts';
import type {
  IssuedCertificates,
  IssuedSerial,
  PendingRevocation,
  RevocationJournal,
} from '../../lambda/ports.ts';
import { requireSerial } from '../../lambda/serial-number.ts';
import type { MemoryLedger } from './memory-ledger.ts';

interface Kept extends PendingRevocation {
  readonly isOpen: boolean;
}

/** The journal of revocations in memory. */
export function memoryRevocationJournal(): RevocationJournal {
  const kept = new Map<string, Kept>();
  return {
    open: async (request) => {
      kept.set(request.requestContext, {
        ...kept.get(request.requestContext),
        request,
        isOpen: true,
      });
    },
    pending: async (limit) =>
      [...kept.values()]
        .filter(({ isOpen }) => isOpen)
        .slice(0, limit)
        .map(({ isOpen: _, ...pending }) => pending),
    record: async (result) => {
      const known = kept.get(result.requestContext);
      if (known && !known.result) kept.set(result.requestContext, { ...known, result });
    },
    close: async (requestContext) => {
      const known = kept.get(requestContext);
      if (known) kept.set(requestContext, { ...known, isOpen: false });
    },
  };
}

/** One connector's certificates in memory, those given at first of no enrolment; marks go to the ledger, if there is one. */
export function memoryIssuedCertificates(
  serials: readonly IssuedSerial[] = [],
  ledger?: Pick<MemoryLedger, 'markRevoked'>,
): IssuedCertificates {
  const kept = new Map<string, IssuedSerial & Partial<Generation>>(
    serials.map((one) => [requireSerial(one.serialHex), one]),
  );
  return {
    record: async ({ notAfterSeconds: _, ...certificate }) => {
      const key = requireSerial(certificate.serialHex);
      kept.set(key, { ...kept.get(key), ...certificate, serialHex: key });
    },
    find: async (serialKey) => {
      const known = kept.get(serialKey);
      return (
        known && {
          serialHex: known.serialHex,
          ...(known.revokedAtSeconds !== undefined && { revokedAtSeconds: known.revokedAtSeconds }),
        }
      );
    },
    markRevoked: async (serialKey, nowSeconds) => {
      const known = kept.get(serialKey);
      if (known === undefined) return;
      const { enrolmentId, generation } = known;
      if (enrolmentId !== undefined && generation !== undefined)
        ledger?.markRevoked({ enrolmentId, generation }, nowSeconds);
      kept.set(serialKey, { revokedAtSeconds: nowSeconds, ...known });
    },
  };
}
