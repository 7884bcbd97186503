/** The first task: asks the CA for what was granted. */

import type { ConnectorKeys } from '../policy/connector-key.ts';
import { type Grant, openGrant } from '../policy/grant.ts';
import type { Ledger, PrivateCa, Turnstile } from '../ports.ts';
import { orderOf } from './order.ts';
import {
  type IssuanceInput,
  type Queued,
  type Requested,
  terminalErrors,
  throttledError,
  unknownError,
} from './task.ts';

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
 * How long after it was first asked the CA may be asked again, in seconds. ACM PCA makes one certificate for a token within
 * five minutes; past that the same request is another certificate. A minute is for clocks and for the call itself.
 */
const tokenSeconds = 4 * 60;

/**
 * Asks for the certificate, once: an ARN that is recorded is the answer. Before its turn it answers when that is, and is
 * told again then. Throws `NotGranted` for an input without a sealed Grant behind it, `IssuanceUnknown` for one that may
 * have been asked for too long ago to ask again, and what the CA throws.
 */
export async function issue(
  input: IssuanceInput & Partial<Queued>,
  context: IssueContext,
): Promise<Asked | Queued> {
  const queued = input.turnAtMilliseconds === undefined && (await queue(input, context));
  if (queued) return queued;
  const { enrolmentId, generation } = input;
  const nowSeconds = Math.floor(context.nowMilliseconds() / 1000);
  const entry = await context.ledger.markAsked({ enrolmentId, generation }, nowSeconds);
  if (entry?.generation !== generation || entry.state.status === 'refused') throw new NotGranted();
  const { certificateArn } = entry.state;
  if (certificateArn) return { enrolmentId, generation, asked: true, certificateArn };
  const { askedAtSeconds = nowSeconds, asks = 1 } = entry.state as EntryAsked;
  if (nowSeconds - askedAtSeconds > tokenSeconds) throw new IssuanceUnknown();
  const grant = openGrant(context.connectorId, input, entry.sealedGrant, context.keys);
  return await ask(grant, asks === 1, context);
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

type EntryAsked = { readonly askedAtSeconds?: number; readonly asks?: number };

/** Asks. Only of the first ask does a "no" say that nothing was made: an earlier one may have been heard. */
async function ask(grant: Grant, isFirst: boolean, context: IssueContext): Promise<Asked> {
  const { enrolmentId, generation } = grant;
  const { ca, ledger } = context;
  try {
    const certificateArn = await ca.issue(orderOf(grant, context.signingAlgorithm));
    await ledger.recordRequest({ enrolmentId, generation }, certificateArn);
    return { enrolmentId, generation, asked: true, certificateArn };
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name === throttledError) await ledger.unmarkAsked({ enrolmentId, generation });
    if (!isFirst && terminalErrors.some((terminal) => terminal === name))
      throw new Error('RefusedAfterUnknown');
    throw error;
  }
}

/** Somebody started the state machine for something that policy did not grant. */
class NotGranted extends Error {
  override readonly name = 'NotGranted';
}

/** A certificate may have been made that nobody recorded; asking again would make another. To be looked into. */
class IssuanceUnknown extends Error {
  override readonly name = unknownError;
}
