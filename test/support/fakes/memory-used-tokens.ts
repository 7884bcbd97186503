import type { UsedToken, UsedTokens } from '../../../lambda/ports/challenges.ts';

/** Client tokens in memory; the contract suite compares them with DynamoDB. */
export function memoryUsedTokens(): UsedTokens {
  const kept = new Map<string, UsedToken>();
  return {
    keep: async (token, staleSeconds) => {
      const before = kept.get(token.id);
      if (before !== undefined && before.madeAtSeconds > staleSeconds) return before;
      kept.set(token.id, token);
      return token;
    },
  };
}
