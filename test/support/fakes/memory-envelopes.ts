import { isOver, toDay, toHour } from '../../../lambda/policy/client-allowance.ts';
import {
  type ClientLimit,
  type ClientLimits,
  type RememberedRefusal,
  type ReplayGuard,
  rememberedSeconds,
} from '../../../lambda/ports/envelopes.ts';

interface Mark {
  readonly envelopeSha256: string;
  refused?: {
    readonly sender: string;
    readonly refusal: RememberedRefusal;
    readonly untilSeconds: number;
  };
}

/** The replay guard in memory; the contract suite holds it to what DynamoDB does. */
export function memoryEnvelopes(nowSeconds: () => number = () => 0): ReplayGuard {
  const marks = new Map<string, Mark>();
  return {
    admit: async ({ encryptedKeySha256, envelopeSha256 }, sender) => {
      const known = marks.get(encryptedKeySha256);
      if (known === undefined) {
        marks.set(encryptedKeySha256, { envelopeSha256 });
        return 'admitted';
      }
      if (known.envelopeSha256 !== envelopeSha256) return 'changed';
      const { refused } = known;
      const isRemembered = refused?.sender === sender && refused.untilSeconds > nowSeconds();
      return isRemembered ? refused.refusal : 'admitted';
    },
    rememberRefusal: async ({ encryptedKeySha256, envelopeSha256 }, sender, refusal) => {
      const known = marks.get(encryptedKeySha256);
      if (known?.envelopeSha256 !== envelopeSha256) return;
      known.refused = { sender, refusal, untilSeconds: nowSeconds() + rememberedSeconds };
    },
  };
}

/** What most tests want: they send bad requests by the thousand. */
const noLimit: ClientLimit = {
  allows: async () => true,
  recordFailure: async () => {},
};

/** No limit, unless one is given. */
export const memoryLimits = (limits: Partial<ClientLimits> = {}): ClientLimits => ({
  decryptions: noLimit,
  guesses: noLimit,
  validations: noLimit,
  ...limits,
});

/** A limit in memory; the contract suite holds it, too. */
export function memorySourceLimit(nowSeconds: () => number): ClientLimit {
  const counts = new Map<string, number>();
  const count = (window: string): number => counts.get(window) ?? 0;
  const ofDay = (): string => `day-${toDay(nowSeconds())}`;
  const ofSource = (source: string): string => `hour-${toHour(nowSeconds())}#${source}`;
  return {
    allows: async (source) =>
      !isOver({ byClientThisHour: count(ofSource(source)), byConnectorToday: count(ofDay()) }),
    recordFailure: async (source) => {
      for (const window of [ofDay(), ofSource(source)]) counts.set(window, count(window) + 1);
    },
  };
}
