import type {
  IssuedCertificates,
  IssuedSerial,
  PendingRevocation,
  RevocationJournal,
} from '../../lambda/ports.ts';

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
    pending: async (limit) => [...kept.values()].filter(({ isOpen }) => isOpen).slice(0, limit),
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

/** One connector's certificates in memory, by serial key. */
export function memoryIssuedCertificates(serials: readonly IssuedSerial[]): IssuedCertificates {
  const keyOf = (serialHex: string) => serialHex.toLowerCase().replace(/^0+/, '');
  const kept = new Map(serials.map((one) => [keyOf(one.serialHex), one]));
  return {
    find: async (serialKey) => kept.get(serialKey),
    markRevoked: async (serialKey, nowSeconds) => {
      const known = kept.get(serialKey);
      if (known) kept.set(serialKey, { revokedAtSeconds: nowSeconds, ...known });
    },
  };
}
