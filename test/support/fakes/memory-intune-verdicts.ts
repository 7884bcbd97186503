import {
  type ChallengeVerdicts,
  type IntuneVerdicts,
  maxGrantsOfChallenge,
} from '../../../lambda/ports/intune-verdicts.ts';

/** Intune's verdicts in memory; the contract suite holds it to DynamoDB. */
export function memoryIntuneVerdicts(): IntuneVerdicts {
  const known = new Map<string, ChallengeVerdicts>();
  return {
    find: async (challengeId) => known.get(challengeId),
    record: async (challengeId, last) => {
      const before = known.get(challengeId)?.grantedIds ?? [];
      const isGranted = last.refused === undefined;
      const ids = new Set([...before, ...(isGranted ? [last.enrolmentId] : [])]);
      if (ids.size > maxGrantsOfChallenge) return false;
      known.set(challengeId, { grantedIds: [...ids], last });
      return true;
    },
  };
}
