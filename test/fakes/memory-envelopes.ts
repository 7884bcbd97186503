import { dayOf, hourOf, isOver } from '../../lambda/policy/decryption-allowance.ts';
import type { EnvelopeLimit, Envelopes } from '../../lambda/ports.ts';

/**
 * The replay guard in memory; the contract suite compares it with DynamoDB. It has no limit unless
 * one is given.
 */
export function memoryEnvelopes(limit: EnvelopeLimit = noEnvelopeLimit): Envelopes {
  const marks = new Map<string, string>();
  return {
    admit: async ({ encryptedKeySha256, envelopeSha256 }) => {
      const known = marks.get(encryptedKeySha256);
      marks.set(encryptedKeySha256, known ?? envelopeSha256);
      return known === undefined || known === envelopeSha256;
    },
    ...limit,
  };
}

/** No limit, because most tests send thousands of bad envelopes. */
const noEnvelopeLimit: EnvelopeLimit = {
  isOpenTo: async () => true,
  chargeTo: async () => {},
};

/** The limit in memory; the contract suite covers it as well. */
export function memoryEnvelopeLimit(nowSeconds: () => number): EnvelopeLimit {
  const counts = new Map<string, number>();
  const count = (window: string): number => counts.get(window) ?? 0;
  const ofDay = (): string => `day-${dayOf(nowSeconds())}`;
  const ofSource = (source: string): string => `hour-${hourOf(nowSeconds())}#${source}`;
  return {
    isOpenTo: async (source) =>
      !isOver({ ofSourceThisHour: count(ofSource(source)), ofConnectorToday: count(ofDay()) }),
    chargeTo: async (source) => {
      for (const window of [ofDay(), ofSource(source)]) counts.set(window, count(window) + 1);
    },
  };
}
