/**
 * The outcome of an attempt. A certificate that passed lint is recorded and handed out, or a
 * refusal is recorded. Then an event is published.
 */
import type { IssuedCertificate } from '../asn1/issued-certificate.ts';
import { buildWithheldEvent } from '../audit/settlement.ts';
import { formatAttemptId, isSameAttempt } from '../core/attempt.ts';
import { Fault, type RefusalCode } from '../core/errors.ts';
import { sealCertificate } from '../policy/sealed-certificate.ts';
import type { RecordedCertificate, RefusalBasis, Settlement } from '../ports/attempts.ts';
import type { AttemptProgress, IssuedState, RefusedState } from '../ports/enrolments.ts';
import { type CertifyContext, end, type OpenAttempt, type Refused, type Round } from './context.ts';
import { awaitIntune, notifyOfFailure, reportOutage, requireIntune } from './intune-outcome.ts';
import { findDifference } from './lint.ts';
import { notifySuccess, readIntuneRequest } from './notify.ts';
import { toRecordedCertificate } from './recorded-certificate.ts';
import { discard, settle } from './settle.ts';

/**
 * Lints a certificate for the Grant's key, notifies Intune, and settles. Each step can be repeated
 * without harm.
 */
export async function finalizeIssued(
  issued: IssuedCertificate,
  progress: AttemptProgress & { readonly certificateArn: string },
  open: OpenAttempt,
  context: CertifyContext,
): Promise<Round> {
  const certificate = toRecordedCertificate(issued, progress.certificateArn, open);
  const withheldFor = await findWithholdReason(issued, certificate, progress, open, context);
  if (withheldFor === 'outage') return await awaitIntune(progress.askedAtSeconds, open, context);
  if (withheldFor !== undefined) return await withhold(withheldFor, certificate, open, context);
  const state = composeIssuedState(issued, certificate, open, context);
  const result = await settle({ state, certificate, basis: 'unknown' }, open, context);
  if (result === 'settledBefore') return await keepOrDiscard(certificate, open, context);
  if (result === 'certificateRevoked')
    return await finalizeRefused({ code: 'CertificateRevoked', basis: 'unknown' }, open, context);
  return end;
}

/**
 * A row that was refused meanwhile does not hand this certificate out, so the certificate is
 * revoked. Throws for any other row.
 */
async function keepOrDiscard(
  certificate: RecordedCertificate,
  { row }: OpenAttempt,
  context: CertifyContext,
): Promise<Round> {
  const { certificateArn } = certificate;
  const { row: current } = await context.attempts.read(row);
  const state = current !== undefined && isSameAttempt(current, row) ? current.state : undefined;
  if (state?.status === 'issued' && state.certificateArn === certificateArn) return end;
  if (state?.status !== 'refused') {
    context.log({ outcome: 'orphaned', certificateArn });
    throw new Fault('AttemptUnknown', formatAttemptId(row));
  }
  // Another execution withheld the certificate, so Revoke revokes it.
  if (state.serialHex === certificate.serialHex) return end;
  // The reason is the row's, because Revoke acts only if row and serial record agree.
  await discard({ ...certificate, withheldFor: state.code }, context);
  return end;
}

/**
 * The reason why the certificate is not handed out: an earlier decision, lint, or Intune. Returns
 * `outage` if Intune does not answer, and undefined for a good certificate.
 */
async function findWithholdReason(
  issued: IssuedCertificate,
  certificate: RecordedCertificate,
  progress: AttemptProgress,
  open: OpenAttempt,
  context: CertifyContext,
): Promise<RefusalCode | 'outage' | undefined> {
  if (progress.withheldFor !== undefined) return progress.withheldFor;
  const difference = findDifference(open.grant, issued);
  if (difference !== undefined) {
    context.log({ outcome: 'mismatch', difference });
    return 'CertificateMismatch';
  }
  const request = readIntuneRequest(open);
  if (request === undefined) return undefined;
  // Recorded first, because Intune may request its revocation from the notification on.
  if (!(await context.attempts.record(certificate))) return 'CertificateRevoked';
  const { askedAtSeconds = open.row.grantedAtSeconds } = progress;
  const notified = await notifySuccess(
    request,
    issued,
    askedAtSeconds,
    requireIntune(context),
  ).catch((error: unknown) => reportOutage(error, context));
  if (notified === 'outage') return notified;
  return notified === 'taken' ? undefined : notified.withheldFor;
}

/**
 * Stores the decision before the settlement, so that a crash between the two hands nothing out. The
 * settlement leaves the certificate to Revoke.
 */
async function withhold(
  code: RefusalCode,
  certificate: RecordedCertificate,
  open: OpenAttempt,
  context: CertifyContext,
): Promise<Round> {
  const reason = (await context.attempts.withhold(open.row, code)) ?? code;
  if ((await notifyOfFailure(reason, open, context)) === 'outage')
    return await awaitIntune(undefined, open, context);
  const withheld = { ...certificate, withheldFor: reason };
  const state: RefusedState = { status: 'refused', code: reason, serialHex: certificate.serialHex };
  const result = await settle({ state, certificate: withheld, basis: 'unknown' }, open, context);
  // The certificate was handed out before, so an old row was restored. The attempt is refused
  // again, and nothing is revoked.
  if (result === 'certificateRevoked')
    return await finalizeRefused({ code: reason, basis: 'unknown' }, open, context);
  await context.publish(buildWithheldEvent(withheld, context));
  return end;
}

/**
 * Settles a refusal. A counted challenge gets its use back once, and only if the CA issued nothing
 * for certain. If another execution called the CA meanwhile, the CA's rejection of this call
 * decides nothing, and the attempt continues.
 */
export async function finalizeRefused(
  { code, basis }: Refused,
  open: OpenAttempt,
  context: CertifyContext,
  rest: Partial<RefusedState> = {},
): Promise<Round> {
  // A restored row of a refused attempt is refused again, and gives nothing back.
  const actualBasis = open.progress?.withheldFor === undefined ? basis : 'unknown';
  // Intune accepts one outcome per request, so no failure is reported while another execution may
  // succeed.
  const isIntune = open.grant.authority.kind === 'intune';
  if (isIntune && !(await isBasisConfirmed(actualBasis, open, context))) return waitForOther;
  if ((await notifyOfFailure(code, open, context)) === 'outage')
    return await awaitIntune(undefined, open, context);
  const state: RefusedState = { status: 'refused', code, ...rest };
  const giveBack = givesBack.has(actualBasis) ? countedChallengeOf(open) : {};
  const result = await settle({ state, basis: actualBasis, ...giveBack }, open, context);
  return result === 'askedElsewhere' ? waitForOther : end;
}

/** The attempt continues, because the request of another execution decides. */
const waitForOther: Round = { next: 'wait', seconds: 2 };

/**
 * Whether no other execution has called the CA so far. The condition of the settlement has the last
 * word.
 */
async function isBasisConfirmed(
  basis: RefusalBasis,
  { row }: OpenAttempt,
  { attempts }: CertifyContext,
): Promise<boolean> {
  if (basis !== 'rejected' && basis !== 'notAsked') return true;
  const { progress } = await attempts.read(row);
  const tries = progress?.attempt === row.attempt ? progress.tries : 0;
  return tries === (basis === 'rejected' ? 1 : 0);
}

/** The CA issued nothing for certain: it rejected or failed the order, or was never called. */
const givesBack: ReadonlySet<RefusalBasis> = new Set(['rejected', 'failed', 'notAsked']);

const countedChallengeOf = ({ grant: { authority } }: OpenAttempt): Pick<Settlement, 'giveBack'> =>
  authority.kind === 'challenge' && authority.isCounted ? { giveBack: authority.challengeKey } : {};

function composeIssuedState(
  issued: IssuedCertificate,
  { certificateArn, serialHex }: RecordedCertificate,
  { row }: OpenAttempt,
  { connectorId, keys, random }: CertifyContext,
): IssuedState {
  const { notBeforeSeconds, notAfterSeconds } = issued;
  const sealedCertificate = sealCertificate(connectorId, row, issued.der, keys, random);
  return {
    status: 'issued',
    certificateArn,
    serialHex,
    sealedCertificate,
    notBeforeSeconds,
    notAfterSeconds,
  };
}
