/**
 * The task of an Intune connector between lint and settle: Microsoft hears of the certificate before its device does, or hears why
 * there is none. What Microsoft will not know of, or cannot be told of for a day, is revoked and never handed out.
 */
import { issuedCertificateOf } from '../asn1/issued-certificate.ts';
import { isRefusalCode, type RefusalCode } from '../errors.ts';
import type { ConnectorKeys } from '../policy/connector-key.ts';
import { openGrant } from '../policy/grant.ts';
import { intuneRefusalOf } from '../policy/intune.ts';
import type {
  Intune,
  IntuneRequest,
  IssuedCertificates,
  Ledger,
  LedgerEntry,
  PrivateCa,
} from '../ports.ts';
import { intuneFailureOf } from './intune-failure.ts';
import type { Settlement } from './task.ts';

/** What notifying needs. */
export interface NotifyContext {
  readonly connectorId: string;
  readonly keys: ConnectorKeys;
  readonly ledger: Pick<Ledger, 'find' | 'withhold'>;
  readonly certificates: Pick<IssuedCertificates, 'record'>;
  readonly intune: Pick<Intune, 'notifySuccess' | 'notifyFailure'>;
  readonly ca: Pick<PrivateCa, 'revoke'>;
  readonly nowSeconds: () => number;
}

/** So long after the CA was first asked Intune is waited for, in seconds: the device's challenge is long over. */
const patienceSeconds = 24 * 3600;

/** Lint has passed it on, and nothing has failed. */
type Certified = Settlement & { readonly certificatePem: string };

/**
 * Tells Intune, as often as it is told to, and says what to settle. Throws what Intune throws, so that it is tried again, until the
 * patience is over; and `NotGranted` for what is not in the ledger. What no Intune allowed passes as it is.
 */
export async function notify(input: Settlement, context: NotifyContext): Promise<Settlement> {
  const entry = await context.ledger.find(input.enrolmentId);
  if (entry === undefined || entry.generation !== input.generation) throw new Error('NotGranted');
  const grant = openGrant(context.connectorId, input, entry.sealedGrant, context.keys);
  // Settled: another try of this task got through, and `settle` after it. The first outcome stands.
  if (grant.authority.kind !== 'intune' || entry.state.status !== 'granted') return input;
  const { transactionId } = grant.authority;
  const request = { transactionId, certificateRequest: Buffer.from(grant.request, 'base64') };
  return isCertified(input)
    ? await tellCertificate(input, request, entry, context)
    : await tellFailure(input, request, entry, context);
}

const isCertified = (input: Settlement): input is Certified =>
  input.error === undefined && input.certificatePem !== undefined;

async function tellCertificate(
  input: Certified,
  request: IntuneRequest,
  entry: LedgerEntry,
  context: NotifyContext,
): Promise<Settlement> {
  // Decided before: Intune may have changed its mind since, but the certificate may be revoked.
  if ('withheldFor' in entry.state && entry.state.withheldFor)
    return await withhold(input, entry.state.withheldFor, context);
  const certificate = issuedCertificateOf(input.certificatePem);
  const { enrolmentId, generation } = entry;
  // From here on Intune may want it revoked, whatever becomes of this enrolment.
  await context.certificates.record({ enrolmentId, generation, ...certificate });
  const verdict = await withPatience(entry, context, () =>
    context.intune.notifySuccess(request, certificate.der),
  );
  if (verdict === 'granted') return { ...input, isNotified: true };
  const code = verdict === 'unreachable' ? 'IntuneUnreachable' : intuneRefusalOf(verdict.refused);
  return await withhold(input, code, context);
}

/** First the decision, then the deed: a crash between them leaves nothing that could be handed out. */
async function withhold(
  { certificatePem, ...input }: Certified,
  code: RefusalCode,
  { ledger, ca }: NotifyContext,
): Promise<Settlement> {
  const reason = await ledger.withhold(input, code);
  if (reason === undefined) throw new Error('SettledMeanwhile');
  await ca.revoke(issuedCertificateOf(certificatePem).serialHex);
  const { enrolmentId, generation } = input;
  return { enrolmentId, generation, error: { Error: reason } };
}

/** Whatever Intune says to it: a failure stays one. */
async function tellFailure(
  input: Settlement,
  request: IntuneRequest,
  entry: LedgerEntry,
  context: NotifyContext,
): Promise<Settlement> {
  const code = input.error?.Error ?? '';
  const failure = intuneFailureOf(isRefusalCode(code) ? code : 'CertificateRefused');
  await withPatience(entry, context, () => context.intune.notifyFailure(request, failure));
  return input;
}

/** An outage is thrown on while there is patience, and is an answer after that. */
async function withPatience<Verdict>(
  { state }: LedgerEntry,
  { nowSeconds }: NotifyContext,
  tell: () => Promise<Verdict>,
): Promise<Verdict | 'unreachable'> {
  try {
    return await tell();
  } catch (error) {
    const asked = 'askedAtSeconds' in state ? state.askedAtSeconds : undefined;
    if (asked === undefined || nowSeconds() - asked < patienceSeconds) throw error;
    return 'unreachable';
  }
}
