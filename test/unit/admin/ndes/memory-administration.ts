/**
 * As much of `Administration` as the mscep_admin page needs, on a connector in memory; it records
 * its calls.
 */
import type { Administration, ChallengeTerms } from '../../../../lambda/admin/administration.ts';
import type { testConnector } from '../../../support/fakes/test-connector.ts';

/** One call of `create`. */
interface Asked {
  readonly connectorId: string;
  readonly terms: ChallengeTerms;
  readonly who: string;
}

/** Makes challenges of this connector. */
export function memoryAdministration({
  challenge,
}: Pick<ReturnType<typeof testConnector>, 'challenge'>) {
  const asked: Asked[] = [];
  const create: Administration['create'] = async (connectorId, terms, who) => {
    asked.push({ connectorId, terms, who });
    const connectorArn = `arn:aws:pca-connector-scep:eu-west-1:111122223333:connector/${connectorId}`;
    const challengeId = `challenge-${asked.length}`;
    const times = { createdAtSeconds: 1, updatedAtSeconds: 1 };
    const names = { challengeArn: `${connectorArn}/challenge/${challengeId}`, challengeId };
    const password = await challenge(terms);
    return { challenge: { ...names, connectorArn, connectorId, ...times }, password };
  };
  return { asked, administration: { create } };
}
