/** The first task: asks the CA for what was granted. */

import type { ConnectorKeys } from '../policy/connector-key.ts';
import { type Grant, openGrant } from '../policy/grant.ts';
import type { Ledger, PrivateCa, Turnstile } from '../ports.ts';
import { orderOf } from './order.ts';
import type { IssuanceInput, Queued, Requested } from './task.ts';

/** What issuing needs. */
export interface IssueContext {
  readonly connectorId: string;
  readonly signingAlgorithm: string;
  readonly keys: ConnectorKeys;
  readonly ledger: Ledger;
  readonly turnstile: Pick<Turnstile, 'take'>;
  readonly ca: Pick<PrivateCa, 'issue'>;
  readonly nowMilliseconds: () => number;
}

/** A turn nearer than this is not worth a state of its own: the CA takes bursts. */
const nearMilliseconds = 1000;

type Asked = Requested & { readonly asked: true };

/**
 * Asks for the certificate, once: an ARN that is recorded is the answer. Before its turn it answers when that is, and is
 * told again then. Throws `NotGranted` for an input without a sealed Grant behind it, and what the CA throws.
 */
export async function issue(
  input: IssuanceInput & Partial<Queued>,
  context: IssueContext,
): Promise<Asked | Queued> {
  const { enrolmentId, generation } = input;
  const entry = await context.ledger.find(enrolmentId);
  if (entry?.generation !== generation || entry.state.status === 'refused') throw new NotGranted();
  const { certificateArn } = entry.state;
  if (certificateArn) return { enrolmentId, generation, asked: true, certificateArn };
  const grant = openGrant(context.connectorId, input, entry.sealedGrant, context.keys);
  const queued = input.turnAtMilliseconds === undefined && (await queue(input, context));
  return queued || (await ask(grant, context));
}

/** Takes a turn; undefined if it is now. */
async function queue(
  { enrolmentId, generation }: IssuanceInput,
  { turnstile, nowMilliseconds }: IssueContext,
): Promise<Queued | undefined> {
  const now = nowMilliseconds();
  const turnAtMilliseconds = await turnstile.take(now);
  const wait = turnAtMilliseconds - now;
  if (wait <= nearMilliseconds) return undefined;
  const waitSeconds = Math.ceil(wait / 1000);
  return { enrolmentId, generation, asked: false, turnAtMilliseconds, waitSeconds };
}

async function ask(grant: Grant, context: IssueContext): Promise<Asked> {
  const { enrolmentId, generation } = grant;
  const certificateArn = await context.ca.issue(orderOf(grant, context.signingAlgorithm));
  await context.ledger.recordRequest({ enrolmentId, generation }, certificateArn);
  return { enrolmentId, generation, asked: true, certificateArn };
}

/** Somebody started the state machine for something that policy did not grant. */
class NotGranted extends Error {
  override readonly name = 'NotGranted';
}
