/** I1 to I6 of the design, over what is so (truth.ts). `checkStep` holds after every event, `checkEnd` when all is quiet. */
import { generationName } from '../../lambda/generation.ts';
import type { SimulatedCa } from './certificate-authority.ts';
import { challengeKeyOf, type Truth } from './truth.ts';

/** What is looked at. */
export interface Observed {
  readonly truth: Truth;
  readonly ca: SimulatedCa;
}

/** What must hold at any moment; returns what does not. */
export function checkStep(observed: Observed): string | undefined {
  const { truth } = observed;
  return truth.violations[0] ?? oneCertificateAUse(observed) ?? everyCertificateRecorded(observed);
}

/** I1: at most one certificate a use of a challenge; one that lint revoked does not count. */
function oneCertificateAUse({ truth, ca }: Observed): string | undefined {
  const made = new Map<string, number>();
  for (const certificate of ca.certificates) {
    if (!ca.isMade(certificate) || certificate.isRevoked) continue;
    const name = truth.nameOfToken.get(certificate.order.idempotencyToken) ?? '';
    const id = challengeKeyOf(truth.grants.get(name));
    made.set(id, (made.get(id) ?? 0) + 1);
  }
  for (const [id, count] of made) {
    const uses = truth.challenges.get(id)?.maxUses ?? 0;
    if (count > uses) return `I1: ${count} certificates for ${uses} use(s) of one challenge`;
  }
  return undefined;
}

/** I4: whose certificate it is can be read from the ledger, or it was revoked, or its enrolment is open and will be looked into. */
function everyCertificateRecorded({ truth, ca }: Observed): string | undefined {
  for (const certificate of ca.certificates) {
    if (!ca.isMade(certificate) || certificate.isRevoked) continue;
    const name = truth.nameOfToken.get(certificate.order.idempotencyToken) ?? '';
    const entry = truth.entries.get(name.slice(0, 64));
    const state = entry?.state;
    if (entry && state?.status === 'granted' && generationName(entry) === name) continue;
    const recorded = state !== undefined && 'certificateArn' in state && state.certificateArn;
    if (recorded !== certificate.arn)
      return `I4: certificate ${certificate.arn.split('/').at(-1)} was made and is not recorded`;
  }
  return undefined;
}

/** What must hold when nothing is left to happen and every device has asked once more; returns what does not. */
export function checkEnd({ truth, ca }: Observed): string | undefined {
  for (const { holders, spenders, maxUses } of truth.challenges.values()) {
    if (holders.size > 0) return 'I2: a challenge is held, and nothing is being issued for it';
    if (spenders.size > maxUses) return 'I1: a challenge was spent more often than it may be';
  }
  for (const { state } of truth.entries.values())
    if (state.status === 'granted') return 'I6: an enrolment was granted and never settled';
  for (const certificate of ca.certificates) {
    if (!ca.isMade(certificate) || certificate.isRevoked) continue;
    const name = truth.nameOfToken.get(certificate.order.idempotencyToken) ?? '';
    const challenge = truth.challenges.get(challengeKeyOf(truth.grants.get(name)));
    if (!challenge?.spenders.has(name)) return 'I2: a certificate whose challenge is still good';
  }
  return undefined;
}
