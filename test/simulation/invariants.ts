/** I1 to I6 of the design, and I7 of Intune connectors, over what is so (truth.ts). `checkStep` holds after every event, `checkEnd` when all is quiet. */
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
  return (
    truth.violations[0] ??
    truth.intune.violations[0] ??
    oneCertificateAUse(observed) ??
    everyCertificateRecorded(observed) ??
    everyCertificateKnown(observed)
  );
}

/** I1: at most one certificate a use of a challenge; one that lint revoked does not count. */
function oneCertificateAUse({ truth, ca }: Observed): string | undefined {
  const made = new Map<string, number>();
  for (const certificate of ca.certificates) {
    if (!ca.isMade(certificate) || certificate.isRevoked) continue;
    const name = truth.nameOfToken.get(certificate.order.idempotencyToken) ?? '';
    // Of Intune's challenges nobody counts the uses: there it is one certificate a granted request.
    const id = challengeKeyOf(truth.grants.get(name)) || name;
    made.set(id, (made.get(id) ?? 0) + 1);
  }
  for (const [id, count] of made) {
    const uses = truth.grants.has(id) ? 1 : (truth.challenges.get(id)?.maxUses ?? 0);
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

/** I7: what devices can get, of what Intune allowed, Intune knows of; and it was not revoked for what Intune said. */
function everyCertificateKnown({ truth, ca }: Observed): string | undefined {
  for (const entry of truth.entries.values()) {
    const { state } = entry;
    const { authority } = truth.grants.get(generationName(entry)) ?? {};
    if (state.status !== 'issued' || authority?.kind !== 'intune') continue;
    if (!truth.intune.knows(state.certificate)) return 'I7: handed out, and Intune was not told';
    const certificate = ca.certificates.find(({ arn }) => arn === state.certificateArn);
    if (certificate?.isRevoked) return 'I7: handed out, and revoked';
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
    const grant = truth.grants.get(name);
    if (grant?.authority.kind === 'intune') continue;
    const challenge = truth.challenges.get(challengeKeyOf(grant));
    if (!challenge?.spenders.has(name)) return 'I2: a certificate whose challenge is still good';
  }
  return undefined;
}
