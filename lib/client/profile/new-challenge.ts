import { adminApi, readAdminUrl } from '../admin-api.ts';
import { challengeRequest } from '../challenge-request.ts';
import { ScepClientError } from '../errors.ts';
import type { LocalRun } from '../local-run.ts';

/**
 * A one-time challenge, good for an hour, from the admin API that runs here. Refuses where none
 * does; throws `AdminClientError` for what the API refuses.
 */
export async function newChallenge({ adminUrl, connectorId }: LocalRun): Promise<string> {
  if (adminUrl === undefined || connectorId === undefined)
    throw new ScepClientError(
      'badArgument',
      'No local admin API runs here. Make it with "challenge create", and give it to --challenge -.',
    );
  const terms = { kind: 'one-time', name: 'profile' };
  const body = challengeRequest(connectorId, terms, Date.now() / 1000);
  const answer = await adminApi(readAdminUrl(adminUrl))({
    method: 'POST',
    path: '/challenges',
    body,
  });
  const { Challenge } = answer as { readonly Challenge?: { readonly Password?: string } };
  if (Challenge?.Password === undefined)
    throw new ScepClientError('badArgument', 'The admin API made a challenge and did not show it.');
  return Challenge.Password;
}
