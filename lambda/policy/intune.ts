/**
 * The challenge of an Intune connector, which Microsoft judges. The profile decides everything
 * else.
 */
import { type IntuneRefusalCode, Refusal } from '../core/errors.ts';
import type { Enrolment } from '../message/enrolment.ts';
import type { Intune, IntuneRequest } from '../ports/intune.ts';

/** Real challenges have 5 KB (Microsoft's own log sample); their request has at most 128 KiB. */
const maxCharacters = 32 * 1024;

/**
 * The request as every call to Intune sends it: the device's transactionID and PKCS#10, unchanged.
 * Throws `Refusal('ChallengeMissing')` unless there is exactly one challenge, in a form that Intune
 * makes. So other texts never reach Microsoft.
 */
export function toIntuneRequest(
  { request, challengePasswords }: Pick<Enrolment, 'request' | 'challengePasswords'>,
  transactionId: string,
): IntuneRequest {
  const [challenge, ...more] = challengePasswords;
  if (challenge === undefined || more.length > 0) throw new Refusal('ChallengeMissing');
  // Printable, and no longer than that. Microsoft checks the rest.
  if (challenge.length > maxCharacters || !/^[\x20-\x7e]+$/.test(challenge))
    throw new Refusal('ChallengeMissing');
  return { transactionId, certificateRequest: request };
}

/**
 * Calls Intune after all other checks: a request that the profile refuses is not worth a call, and
 * a granted one has to be issued. Throws `Refusal` with Intune's code; anything else is an outage,
 * which grants nothing.
 */
export async function validateWithIntune(
  request: IntuneRequest,
  intune: Pick<Intune, 'validate'>,
): Promise<void> {
  const verdict = await intune.validate(request);
  if (verdict === 'granted') return;
  throw new Refusal(toIntuneRefusal(verdict.refused));
}

/**
 * Our refusal that carries Intune's code. A code that is not a single word becomes `Unknown`,
 * because it is logged.
 */
export const toIntuneRefusal = (code: string): IntuneRefusalCode =>
  /^[A-Za-z]{1,64}$/.test(code) ? `Intune:${code}` : 'Intune:Unknown';
