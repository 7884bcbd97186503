/**
 * The part of `Administration` that the mscep_admin page needs, on a connector in memory. It
 * records its calls.
 */
import type { Administration, ChallengeTerms } from '../../../../lambda/admin/administration.ts';
import type { testConnector } from '../../../support/fakes/test-connector.ts';

/** One call of `create`. */
interface Asked {
  readonly connectorId: string;
  readonly terms: ChallengeTerms;
  readonly who: string;
}

/** Creates challenges of this connector. */
export function memoryAdministration({
  challenge,
}: Pick<ReturnType<typeof testConnector>, 'challenge'>) {
  const asked: Asked[] = [];
  const createChallenge: Administration['createChallenge'] = async (connectorId, terms, who) => {
    asked.push({ connectorId, terms, who });
    const connectorArn = `arn:aws:pca-connector-scep:eu-west-1:111122223333:connector/${connectorId}`;
    const challengeId = `challenge-${asked.length}`;
    const times = { createdAtSeconds: 1, updatedAtSeconds: 1 };
    const names = { challengeArn: `${connectorArn}/challenge/${challengeId}`, challengeId };
    const password = await challenge(terms);
    return { challenge: { ...names, connectorArn, connectorId, ...times }, password };
  };
  return { asked, administration: { createChallenge } };
}
