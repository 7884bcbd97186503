import type { PendingRevocation, RevocationInbox } from '../../../lambda/ports/revocations.ts';

interface Kept extends PendingRevocation {
  readonly isOpen: boolean;
}

/** The journal of revocations in memory. */
export function memoryRevocationJournal(): RevocationInbox {
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
