/** The last task: a challenge of ours is spent or given back, and the outcome recorded, from where the device gets it. */
import { X509Certificate } from 'node:crypto';
import { recordSettlement, type SettlementAudit, tellOfSettlement } from '../audit/settlement.ts';
import { isRefusalCode } from '../errors.ts';
import { generationName } from '../generation.ts';
import type { ConnectorKeys } from '../policy/connector-key.ts';
import { openGrant } from '../policy/grant.ts';
import type { Challenges, EntryState, Ledger } from '../ports.ts';
import { requireSerial } from '../serial-number.ts';
import type { Settlement } from './task.ts';

/** What settling needs. */
export interface SettleContext {
  readonly connectorId: string;
  readonly keys: ConnectorKeys;
  readonly ledger: Pick<Ledger, 'find' | 'settle'>;
  readonly challenges: Pick<Challenges, 'spend' | 'release'>;
  /** Absent: nobody listens. */
  readonly audit?: SettlementAudit;
}

type Settled = Exclude<EntryState, { status: 'granted' }>;

/**
 * Settles, as often as it is told. The challenge first: a crash between the two leaves an enrolment that is settled again,
 * not a device with a certificate whose challenge is still good.
 */
export async function settle(input: Settlement, context: SettleContext): Promise<Settled> {
  const { connectorId, keys, ledger, challenges } = context;
  const entry = await ledger.find(input.enrolmentId);
  if (entry === undefined || entry.generation !== input.generation) throw new Error('NotGranted');
  const grant = openGrant(connectorId, input, entry.sealedGrant, keys);
  const state = stateOf(input);
  if (grant.authority.kind === 'challenge')
    await endChallenge(grant.authority.challengeKey, state, input, challenges);
  // Whatever the state machine looks like: what Intune allowed is handed out once Intune knows of it (notify.ts).
  else if (state.status === 'issued' && entry.state.status === 'granted' && !input.isNotified)
    throw new Error('IntuneNotNotified');
  const settled = { input, entry, grant, state, serialHex: serialOf(state) };
  if (context.audit) await recordSettlement(settled, context.audit);
  await ledger.settle(input, state);
  if (context.audit) await tellOfSettlement(settled, context.audit);
  return state;
}

/** Spends or releases it, which happens once however often this is called. */
async function endChallenge(
  challengeKey: string,
  state: Settled,
  input: Settlement,
  challenges: SettleContext['challenges'],
): Promise<void> {
  // A certificate that was made, and revoked for what it said, used its challenge as well (invariant I1).
  const made = state.status === 'issued' || state.code === 'CertificateMismatch';
  await (made ? challenges.spend : challenges.release).call(
    challenges,
    challengeKey,
    generationName(input),
  );
}

const serialOf = (state: Settled): string | undefined =>
  state.status === 'issued'
    ? requireSerial(new X509Certificate(state.certificate).serialNumber)
    : undefined;

function stateOf({ certificateArn, certificatePem, error }: Settlement): Settled {
  if (error === undefined && certificateArn && certificatePem) {
    const { raw, validFromDate, validToDate } = new X509Certificate(certificatePem);
    const notBeforeSeconds = validFromDate.getTime() / 1000;
    const notAfterSeconds = validToDate.getTime() / 1000;
    return {
      status: 'issued',
      certificateArn,
      certificate: raw,
      notBeforeSeconds,
      notAfterSeconds,
    };
  }
  const code = error?.Error ?? '';
  return { status: 'refused', code: isRefusalCode(code) ? code : 'CertificateRefused' };
}
