import type { Envelopes } from '../../lambda/ports.ts';

/** The replay guard in memory; the contract suite holds it to what DynamoDB does. */
export function memoryEnvelopes(): Envelopes {
  const marks = new Map<string, string>();
  return {
    admit: async ({ encryptedKeySha256, envelopeSha256 }) => {
      const known = marks.get(encryptedKeySha256);
      marks.set(encryptedKeySha256, known ?? envelopeSha256);
      return known === undefined || known === envelopeSha256;
    },
  };
}
