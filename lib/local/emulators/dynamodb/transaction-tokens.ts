/**
 * ClientRequestToken: a transaction that is repeated within ten minutes succeeds without another
 * write.
 */
import { createHash } from 'node:crypto';
import { refuse } from './refusal.ts';

// Counted from the end of the first request (API Reference, TransactWriteItems,
// ClientRequestToken).
const tokenMilliseconds = 10 * 60 * 1000;

interface Use {
  readonly digest: string;
  /** Omitted while the transaction runs. */
  readonly endsAt?: number;
}

/** The transactions of the last ten minutes. */
export interface TransactionTokens {
  /**
   * Runs a transaction unless one with its token succeeded, and returns whether it ran. A failed
   * one frees its token. Rejects with IdempotentParameterMismatchException if the token belongs to
   * another payload, and with TransactionInProgressException while the first one runs.
   */
  readonly runOnce: (
    token: string | undefined,
    digest: string,
    run: () => Promise<void>,
  ) => Promise<boolean>;
}

/** Creates the tokens. They are in memory, because clients that retry end with the runner. */
export const createTransactionTokens = (now: () => number): TransactionTokens => {
  const uses = new Map<string, Use>();
  // The first entries expire first, because a completed use moves to the end.
  const removeExpired = (): void => {
    for (const [token, { endsAt = Number.POSITIVE_INFINITY }] of uses) {
      if (endsAt > now()) break;
      uses.delete(token);
    }
  };
  return {
    runOnce: async (token, digest, run) => {
      if (token === undefined) {
        await run();
        return true;
      }
      removeExpired();
      const earlier = uses.get(token);
      if (earlier && isRepeat(earlier, digest)) return false;
      uses.set(token, { digest });
      try {
        await run();
      } catch (error) {
        uses.delete(token);
        throw error;
      }
      uses.delete(token);
      uses.set(token, { digest, endsAt: now() + tokenMilliseconds });
      return true;
    },
  };
};

const isRepeat = ({ digest, endsAt }: Use, repeated: string): boolean => {
  if (digest !== repeated) {
    throw refuse(
      'IdempotentParameterMismatchException',
      'The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical',
    );
  }
  if (endsAt === undefined) {
    throw refuse(
      'TransactionInProgressException',
      'The transaction with the given request token is already in progress.',
    );
  }
  return true;
};

/** Digests a payload; equal for payloads that differ only in the order of members. */
export const computeDigest = (payload: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(payload ?? null, sortMembers))
    .digest('base64');

const sortMembers = (_name: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;
