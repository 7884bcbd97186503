/**
 * The challenge of an Intune connector, on which Intune decides. The profile decides on everything
 * else.
 */
import { type IntuneRefusalCode, Refusal } from '../core/errors.ts';
import type { Enrolment } from '../message/enrolment.ts';
import type { Intune, IntuneRequest } from '../ports/intune.ts';

/** Challenges have about 5 KB (Microsoft's log sample). A request has 128 KiB at most. */
const maxCharacters = 32 * 1024;

/**
 * The request for Intune: the device's transactionID and PKCS#10, unchanged. Throws
 * `Refusal('ChallengeMissing')` unless there is exactly one challenge, of printable ASCII. So no
 * other text reaches Microsoft.
 */
export function toIntuneRequest(
  { request, challengePasswords }: Pick<Enrolment, 'request' | 'challengePasswords'>,
  transactionId: string,
): IntuneRequest {
  const [challenge, ...more] = challengePasswords;
  if (challenge === undefined || more.length > 0) throw new Refusal('ChallengeMissing');
  if (challenge.length > maxCharacters || !/^[\x20-\x7e]+$/.test(challenge))
    throw new Refusal('ChallengeMissing');
  return { transactionId, certificateRequest: request };
}

/**
 * Validates a request with Intune. This is the last check, because a request that Intune accepts
 * must be issued. Throws `Refusal` with Intune's code. Every other error is an outage and grants
 * nothing.
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
 * The refusal code for a code of Intune. A code that is not a single word becomes `Unknown`,
 * because it is logged.
 */
export const toIntuneRefusal = (code: string): IntuneRefusalCode =>
  /^[A-Za-z]{1,64}$/.test(code) ? `Intune:${code}` : 'Intune:Unknown';
