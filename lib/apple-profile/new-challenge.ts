/** Requests a challenge for one profile from the local admin API. */
import { toAttribute } from '../../lambda/names/subject-attributes.ts';
import { createAdminApi, readAdminUrl } from '../admin-client/admin-api.ts';
import { buildChallengeRequest } from '../admin-client/challenge-request.ts';
import { ScepClientError } from '../scep-client/errors.ts';
import type { LocalRun } from '../scep-client/local-run.ts';
import { parseSubject } from '../scep-client/subject.ts';
import { toPattern } from './variables.ts';

/** The names in a profile's certificate request. */
export interface ProfileNames {
  readonly subject: string;
  readonly dnsNames: readonly string[];
  readonly emailAddresses: readonly string[];
  readonly uris: readonly string[];
}

/**
 * Requests a one-time challenge for exactly these names, which is valid for one hour. Throws
 * `badArgument` if no local admin API runs here, and `AdminClientError` if the API refuses.
 */
export async function requestNewChallenge(
  { adminUrl, connectorId }: LocalRun,
  names: ProfileNames,
): Promise<string> {
  if (adminUrl === undefined || connectorId === undefined)
    throw new ScepClientError(
      'badArgument',
      'No local admin API runs here. Run "challenge create" instead, and pass the password to --challenge -.',
    );
  const terms = { kind: 'one-time', name: 'profile', ...limitsOf(names) };
  const body = buildChallengeRequest(connectorId, terms, Date.now() / 1000);
  const answer = await createAdminApi(readAdminUrl(adminUrl))({
    method: 'POST',
    path: '/challenges',
    body,
  });
  const { Challenge } = answer as { readonly Challenge?: { readonly Password?: string } };
  if (Challenge?.Password === undefined)
    throw new ScepClientError(
      'badArgument',
      'The admin API returned no password. Run "challenge list", then "challenge password ID".',
    );
  return Challenge.Password;
}

/** The limits as options of `challenge create`. A subject alone allows no alternative name. */
function limitsOf({ subject, dnsNames, emailAddresses, uris }: ProfileNames) {
  const alternativeNames = Object.entries({ dns: dnsNames, email: emailAddresses, uri: uris });
  return {
    subject: parseSubject(subject).typesAndValues.map(
      ({ type, value }) => `${toAttribute(type)}=${toPattern(String(value.valueBlock.value))}`,
    ),
    'alternative-name': alternativeNames.flatMap(([kind, values]) =>
      values.map((value) => `${kind}=${toPattern(value)}`),
    ),
  };
}
