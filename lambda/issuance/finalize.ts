/**
 * The end of an attempt: a certificate that passed lint is recorded and handed out, or a refusal is
 * recorded. Then an event is published.
 */
import type { IssuedCertificate } from '../asn1/issued-certificate.ts';
import { attemptId, isSameAttempt } from '../attempt.ts';
import { settlementEvent, withheldEvent } from '../audit/settlement.ts';
import { describeForLog, Fault, type RefusalCode } from '../errors.ts';
import { sealCertificate } from '../policy/sealed-certificate.ts';
import type {
  AttemptProgress,
  IssuedState,
  RecordedCertificate,
  RefusalBasis,
  RefusedState,
  Settlement,
} from '../ports/enrolments.ts';
import { type CertifyContext, end, type OpenAttempt, type Refused, type Round } from './context.ts';
import { differenceBetween } from './lint.ts';
import { intuneRequestOfGrant, notifyFailure, notifySuccess } from './notify.ts';
import { recordOf } from './recorded-certificate.ts';
import { goOnIn, growingPause } from './schedule.ts';

/**
 * Lints a certificate for the Grant's key, notifies Intune, and settles. A repeat of any part of it
 * is harmless.
 */
export async function finalizeIssued(
  issued: IssuedCertificate,
  progress: AttemptProgress & { readonly certificateArn: string },
  open: OpenAttempt,
  context: CertifyContext,
): Promise<Round> {
  const certificate = recordOf(issued, progress.certificateArn, open);
  const withheldFor = await reasonToWithhold(issued, certificate, progress, open, context);
  if (withheldFor === 'outage') return await awaitIntune(progress.askedAtSeconds, open, context);
  if (withheldFor !== undefined) return await withhold(withheldFor, certificate, open, context);
  const state = issuedStateOf(issued, certificate, open, context);
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
    throw new Fault('AttemptUnknown', attemptId(row));
  }
  // Another execution withheld it, so it is revoked already or will be.
  if (state.serialHex === certificate.serialHex) return end;
  // The reason of the row: Revoke acts only where row and serial record agree.
  await discard({ ...certificate, withheldFor: state.code }, context);
  return end;
}

/** Records a certificate that no row hands out, and has it revoked. */
export async function discard(
  withheld: RecordedCertificate & { readonly withheldFor: RefusalCode },
  context: CertifyContext,
): Promise<void> {
  await context.attempts.discard(withheld, context.clock.nowSeconds());
  context.log({ outcome: 'discarded', certificateArn: withheld.certificateArn });
  await context.publish(withheldEvent(withheld, context));
}

/**
 * The reason for which the certificate is not handed out: decided before, lint, or Intune.
 * `outage`: Intune does not answer.
 */
async function reasonToWithhold(
  issued: IssuedCertificate,
  certificate: RecordedCertificate,
  progress: AttemptProgress,
  open: OpenAttempt,
  context: CertifyContext,
): Promise<RefusalCode | 'outage' | undefined> {
  if (progress.withheldFor !== undefined) return progress.withheldFor;
  const difference = differenceBetween(open.grant, issued);
  if (difference !== undefined) {
    context.log({ outcome: 'mismatch', difference });
    return 'CertificateMismatch';
  }
  const request = intuneRequestOfGrant(open);
  if (request === undefined) return undefined;
  // After the notification Intune may request its revocation, however this attempt ends.
  if (!(await context.attempts.record(certificate))) return 'CertificateRevoked';
  const { askedAtSeconds = open.row.grantedAtSeconds } = progress;
  const notified = await notifySuccess(request, issued, askedAtSeconds, intuneIn(context)).catch(
    (error: unknown) => outageOf(error, context),
  );
  if (notified === 'outage') return notified;
  return notified === 'taken' ? undefined : notified.withheldFor;
}

/**
 * An outage of Intune is not thrown: a failed execution would be repeated at once, and every five
 * minutes for a day.
 */
function outageOf(error: unknown, { log }: CertifyContext): 'outage' {
  log({ outcome: 'intune-outage', ...describeForLog(error) });
  return 'outage';
}

const maxIntunePauseSeconds = 15 * 60;

/** Notifies Intune again after a pause that grows with the age of the request. */
async function awaitIntune(
  sinceSeconds: number | undefined,
  open: OpenAttempt,
  context: CertifyContext,
): Promise<Round> {
  const age = context.clock.nowSeconds() - (sinceSeconds ?? open.row.grantedAtSeconds);
  return await goOnIn(Math.min(growingPause(age, 0.5), maxIntunePauseSeconds), open, context);
}

/**
 * The decision is stored before the settlement that has it revoked, so a crash between the two
 * hands nothing out.
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
  // It was handed out before, so an old row was put back. It is refused again, and nothing is
  // revoked.
  if (result === 'certificateRevoked')
    return await finalizeRefused({ code: reason, basis: 'unknown' }, open, context);
  await context.publish(withheldEvent(withheld, context));
  return end;
}

/**
 * Settles a refusal. A counted challenge gets its use back once, and only if the CA itself says
 * that it issued nothing. If another execution called the CA meanwhile, the CA's "no" to this one
 * decides nothing, and the attempt goes on.
 */
export async function finalizeRefused(
  { code, basis }: Refused,
  open: OpenAttempt,
  context: CertifyContext,
  rest: Partial<RefusedState> = {},
): Promise<Round> {
  // A row that was refused before and put back is refused again, and gives nothing back.
  const restsOn = open.progress?.withheldFor === undefined ? basis : 'unknown';
  // Intune takes one outcome for a request, so no failure is reported while another execution may
  // succeed.
  const isIntune = open.grant.authority.kind === 'intune';
  if (isIntune && !(await stillHolds(restsOn, open, context))) return askedElsewhere;
  if ((await notifyOfFailure(code, open, context)) === 'outage')
    return await awaitIntune(undefined, open, context);
  const state: RefusedState = { status: 'refused', code, ...rest };
  const giveBack = givesBack.has(restsOn) ? countedChallengeOf(open) : {};
  const result = await settle({ state, basis: restsOn, ...giveBack }, open, context);
  return result === 'askedElsewhere' ? askedElsewhere : end;
}

/** The attempt goes on: another execution's request decides. */
const askedElsewhere: Round = { next: 'wait', seconds: 2 };

/**
 * Whether no other execution has called the CA so far. The settlement's own condition decides in
 * the end.
 */
async function stillHolds(
  basis: RefusalBasis,
  { row }: OpenAttempt,
  { attempts }: CertifyContext,
): Promise<boolean> {
  if (basis !== 'rejected' && basis !== 'notAsked') return true;
  const { progress } = await attempts.read(row);
  const tries = progress?.attempt === row.attempt ? progress.tries : 0;
  return tries === (basis === 'rejected' ? 1 : 0);
}

/** Nothing was issued, because the CA says so or was never called. */
const givesBack: ReadonlySet<RefusalBasis> = new Set(['rejected', 'failed', 'notAsked']);

const countedChallengeOf = ({ grant: { authority } }: OpenAttempt): Pick<Settlement, 'giveBack'> =>
  authority.kind === 'challenge' && authority.isCounted ? { giveBack: authority.challengeKey } : {};

/**
 * Intune's own refusals are not reported back to it. Returns `outage` if Intune does not answer.
 */
async function notifyOfFailure(
  code: RefusalCode,
  open: OpenAttempt,
  context: CertifyContext,
): Promise<'outage' | undefined> {
  const request = intuneRequestOfGrant(open);
  if (request === undefined || code.startsWith('Intune') || code === 'CertificateRevoked')
    return undefined;
  const notice = notifyFailure(request, code, open.row.grantedAtSeconds, intuneIn(context));
  return await notice.then(
    () => undefined,
    (error: unknown) => outageOf(error, context),
  );
}

function intuneIn({ intune, clock }: CertifyContext) {
  if (intune === undefined) throw new Fault('IntuneMissing');
  return { intune, nowSeconds: clock.nowSeconds() };
}

async function settle(
  how: Omit<Settlement, 'enrolmentId' | 'attempt' | 'nowMilliseconds'>,
  { row }: OpenAttempt,
  context: CertifyContext,
) {
  const { enrolmentId, attempt } = row;
  const nowMilliseconds = context.clock.nowMilliseconds();
  const result = await context.attempts.settle({ enrolmentId, attempt, nowMilliseconds, ...how });
  context.log({ outcome: result, status: how.state.status, ...codeIn(how.state) });
  if (result === 'settled') await context.publish(settlementEvent(row, how.state, context));
  return result;
}

const codeIn = (state: IssuedState | RefusedState) =>
  state.status === 'refused' ? { code: state.code } : {};

function issuedStateOf(
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
