import type { Generation } from '../../lambda/generation.ts';
import type { EntryState, Ledger, LedgerEntry } from '../../lambda/ports.ts';

/** A ledger in memory; the contract suite holds it to what DynamoDB does. */
export function memoryLedger(): Ledger {
  const entries = new Map<string, LedgerEntry>();
  const transactions = new Map<string, string>();
  const whileGranted = ({ enrolmentId, generation }: Generation, state: EntryState): void => {
    const entry = entries.get(enrolmentId);
    if (entry?.generation !== generation || entry.state.status !== 'granted') return;
    entries.set(enrolmentId, { ...entry, state });
  };
  return {
    find: async (enrolmentId) => entries.get(enrolmentId),
    findTransaction: async (key) => transactions.get(key),
    begin: async (entry) => {
      const before = entries.get(entry.enrolmentId);
      if (before !== undefined && before.generation >= entry.generation) return false;
      entries.set(entry.enrolmentId, entry);
      return true;
    },
    bindTransaction: async (key, enrolmentId) => {
      transactions.set(key, enrolmentId);
    },
    markAsked: async (input, nowSeconds) => {
      const before = entries.get(input.enrolmentId)?.state;
      if (before?.status === 'granted')
        whileGranted(input, {
          askedAtSeconds: nowSeconds,
          ...before,
          asks: (before.asks ?? 0) + 1,
        });
      return entries.get(input.enrolmentId);
    },
    unmarkAsked: async (input) => {
      const before = entries.get(input.enrolmentId)?.state;
      if (before?.status !== 'granted' || before.asks !== 1) return;
      const { askedAtSeconds: _, asks: __, ...unasked } = before;
      whileGranted(input, unasked);
    },
    recordRequest: async (input, certificateArn) => {
      const before = entries.get(input.enrolmentId)?.state;
      if (before?.status === 'granted') whileGranted(input, { ...before, certificateArn });
    },
    settle: async (input, state) => whileGranted(input, state),
  };
}
