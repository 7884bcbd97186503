import { type Generation, generationName } from '../../lambda/generation.ts';
import { firstLookSeconds } from '../../lambda/issuance/reconcile.ts';
import type { EntryState, Ledger, LedgerEntry } from '../../lambda/ports.ts';

/** A ledger in memory; the contract suite holds it to what DynamoDB does. */
export interface MemoryLedger extends Ledger {
  /** Marks an enrolment's certificate as revoked, be it settled by then or not. */
  markRevoked(input: Generation, nowSeconds: number): void;
}

/** A ledger with nothing in it. */
export function memoryLedger(nowSeconds = (): number => 0): MemoryLedger {
  const entries = new Map<string, LedgerEntry>();
  const lookAt = new Map<string, number>();
  const transactions = new Map<string, string>();
  const revoked = new Map<string, number>();
  const marked = (entry: LedgerEntry): LedgerEntry => {
    const revokedAtSeconds = revoked.get(generationName(entry));
    if (entry.state.status !== 'issued' || revokedAtSeconds === undefined) return entry;
    return { ...entry, state: { ...entry.state, revokedAtSeconds } };
  };
  const whileGranted = ({ enrolmentId, generation }: Generation, state: EntryState): void => {
    const entry = entries.get(enrolmentId);
    if (entry?.generation !== generation || entry.state.status !== 'granted') return;
    entries.set(enrolmentId, { ...entry, state });
  };
  return {
    find: async (enrolmentId) => {
      const entry = entries.get(enrolmentId);
      return entry && marked(entry);
    },
    markRevoked: (input, nowSeconds) => {
      const name = generationName(input);
      revoked.set(name, revoked.get(name) ?? nowSeconds);
    },
    findTransaction: async (key) => transactions.get(key),
    begin: async (entry) => {
      const before = entries.get(entry.enrolmentId);
      if (before !== undefined && before.generation >= entry.generation) return false;
      entries.set(entry.enrolmentId, entry);
      lookAt.set(entry.enrolmentId, nowSeconds() + firstLookSeconds);
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
    withhold: async (input, code) => {
      const { generation, state } = entries.get(input.enrolmentId) ?? {};
      if (generation !== input.generation || state?.status !== 'granted') return undefined;
      const withheldFor = state.withheldFor ?? code;
      whileGranted(input, { ...state, withheldFor });
      return withheldFor;
    },
    settle: async (input, state) => whileGranted(input, state),
    unsettled: async (now, limit) =>
      [...entries.values()]
        .filter(({ state }) => state.status === 'granted')
        .map((entry) => ({ entry, at: lookAt.get(entry.enrolmentId) ?? 0 }))
        .filter(({ at }) => at <= now)
        .toSorted((one, other) => one.at - other.at)
        .slice(0, limit)
        .map(({ entry: { enrolmentId, generation, state } }) => ({
          enrolmentId,
          generation,
          run: (state.status === 'granted' && state.run) || 1,
        })),
    lookAgain: async ({ enrolmentId, generation }, atSeconds) => {
      const entry = entries.get(enrolmentId);
      if (entry?.generation === generation && entry.state.status === 'granted')
        lookAt.set(enrolmentId, atSeconds);
    },
    beginRun: async ({ run, ...input }, lookAtSeconds) => {
      const entry = entries.get(input.enrolmentId);
      if (entry?.generation !== input.generation || entry.state.status !== 'granted') return false;
      if ((entry.state.run ?? 0) >= run) return false;
      whileGranted(input, { ...entry.state, run });
      lookAt.set(input.enrolmentId, lookAtSeconds);
      return true;
    },
  };
}
