/** The first task: asks the CA for what was granted. */

import type { ConnectorKeys } from '../policy/connector-key.ts';
import { openGrant } from '../policy/grant.ts';
import type { Ledger, PrivateCa } from '../ports.ts';
import { orderOf } from './order.ts';
import type { IssuanceInput, Requested } from './task.ts';

/** What issuing needs. */
export interface IssueContext {
  readonly connectorId: string;
  readonly signingAlgorithm: string;
  readonly keys: ConnectorKeys;
  readonly ledger: Ledger;
  readonly ca: Pick<PrivateCa, 'issue'>;
}

/**
 * Asks for the certificate, once: an ARN that is recorded is the answer. Throws `NotGranted` for an input without a
 * sealed Grant behind it, and what the CA throws.
 */
export async function issue(input: IssuanceInput, context: IssueContext): Promise<Requested> {
  const { connectorId, keys, ledger } = context;
  const entry = await ledger.find(input.enrolmentId);
  if (entry === undefined || entry.generation !== input.generation) throw new NotGranted();
  if (entry.state.status === 'refused') throw new NotGranted();
  if (entry.state.certificateArn) return { ...input, certificateArn: entry.state.certificateArn };
  const grant = openGrant(connectorId, input, entry.sealedGrant, keys);
  const certificateArn = await context.ca.issue(orderOf(grant, context.signingAlgorithm));
  await ledger.recordRequest(input, certificateArn);
  return { ...input, certificateArn };
}

/** Somebody started the state machine for something that policy did not grant. */
class NotGranted extends Error {
  override readonly name = 'NotGranted';
}
