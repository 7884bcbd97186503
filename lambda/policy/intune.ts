/** An Intune connector's challenge: not ours to look up, but Microsoft's to judge. Everything else is the profile's, as ever. */
import { type IntuneRefusalCode, Refusal } from '../errors.ts';
import type { Enrolment } from '../message/enrolment.ts';
import type { Intune, IntuneRequest } from '../ports.ts';

/** Real ones are of 5 KB (Microsoft's own log sample); the body they come in is of 128 KiB at most. */
const mostCharacters = 32 * 1024;

/**
 * What Intune is asked about and told of, in every call about this enrolment: the transactionID as the device chose it and
 * the PKCS#10 as it came. Throws `Refusal('ChallengeMissing')` where there is not exactly one challenge, and for one that
 * no Intune made: of it Microsoft need not hear.
 */
export function intuneRequestOf(
  { request, challengePasswords }: Pick<Enrolment, 'request' | 'challengePasswords'>,
  transactionId: string,
): IntuneRequest {
  const [challenge, ...more] = challengePasswords;
  if (challenge === undefined || more.length > 0) throw new Refusal('ChallengeMissing');
  // Printable and no longer than that. Which of base64's alphabets it is in is Microsoft's business.
  if (challenge.length > mostCharacters || !/^[\x20-\x7e]+$/.test(challenge))
    throw new Refusal('ChallengeMissing');
  return { transactionId, certificateRequest: request };
}

/**
 * Asks Intune, last of all checks: a request that the profile refuses is not worth a call, and a granted one has to be
 * issued. Throws `Refusal` with Intune's code in it; anything else is an outage, which grants nothing.
 */
export async function validateWithIntune(
  request: IntuneRequest,
  intune: Pick<Intune, 'validate'>,
): Promise<void> {
  const verdict = await intune.validate(request);
  if (verdict === 'granted') return;
  throw new Refusal(intuneRefusalOf(verdict.refused));
}

/** The refusal of ours that carries Intune's code; a code that is no word is `Unknown`, as it goes to logs. */
export const intuneRefusalOf = (code: string): IntuneRefusalCode =>
  /^[A-Za-z]{1,64}$/.test(code) ? `Intune:${code}` : 'Intune:Unknown';
