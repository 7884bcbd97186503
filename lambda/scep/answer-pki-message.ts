/**
 * The flow of a PKIOperation: authenticate, open, then enrol or poll, and sign the reply. Nothing
 * durable is written before a Grant except the replay fingerprint, the budgets of clients, the
 * records of refusals and Intune's verdicts.
 */
import { buildCertRep } from '../message/cert-rep.ts';
import { findRecipient } from '../message/envelope.ts';
import type { Outcome } from '../message/outcome.ts';
import type { PkiMessage } from '../message/pki-message.ts';
import { readSignedData } from '../message/signed-data.ts';
import { computeKeyedDigest } from '../policy/connector-key.ts';
import { countLeftOut } from '../policy/requested-extensions.ts';
import { authenticate, identifyRecipient } from './authenticate.ts';
import type { ScepContext } from './context.ts';
import { enrolWithinBudget } from './enrol.ts';
import { handleRefusal } from './handle-refusal.ts';
import { admitEnvelope, openRequest, readRequest } from './open-request.ts';
import { poll } from './poll.ts';
import {
  type Authenticated,
  type Decided,
  type Received,
  type Refused,
  runStage,
} from './progress.ts';

/** The result of a PKIOperation: the bytes to send, and what to log. */
export interface Answer {
  readonly certRep: Uint8Array;
  readonly outcome: Outcome;
  readonly transactionId: string;
  readonly messageType?: PkiMessage['messageType'];
  readonly enrolmentId?: string;
  /** The number of requested extensions that the certificate does not have. */
  readonly extensionsLeftOut?: number;
  /** The same message was refused within the last minute, so it was not opened again. */
  readonly isRepeated?: true;
}

/**
 * Answers a pkiMessage. Throws `HttpFault` for a message without transactionID, senderNonce or
 * signer, and for a client that is over a budget; any other error is an outage. `clientAddress` is
 * the key of the budgets; requests without one share a bucket.
 */
export async function answerPkiMessage(
  bytes: Uint8Array,
  context: ScepContext,
  clientAddress = 'unknown',
): Promise<Answer> {
  const unverified = readSignedData(bytes);
  // Keyed, because a bare hash of an IPv4 address is reversed in a minute.
  const source = computeKeyedDigest(context.keys.sources, clientAddress);
  const ended = await decide({ unverified, source, identities: context.identities }, context);
  if ('refusal' in ended) await handleRefusal(ended, context);
  const outcome = outcomeOf(ended);
  return {
    certRep: signReply(outcome, ended, context),
    outcome,
    transactionId: unverified.replyTo.transactionId,
    messageType: ended.message?.messageType,
    enrolmentId: ended.enrolmentId,
    ...(ended.enrolment && { extensionsLeftOut: countLeftOut(ended.enrolment) }),
    ...('isRepeated' in ended && { isRepeated: true }),
  };
}

/** Runs the stages of both messageTypes. The first refusal ends them. */
async function decide(received: Received, context: ScepContext): Promise<Decided | Refused> {
  const authenticated = await runStage(received, authenticate, context);
  if ('refusal' in authenticated) return authenticated;
  switch (authenticated.message.messageType) {
    case 'PKCSReq':
      return await decideEnrolment(authenticated, context);
    case 'CertPoll':
      return await decidePoll(authenticated, context);
  }
}

async function decideEnrolment(
  authenticated: Authenticated,
  context: ScepContext,
): Promise<Decided | Refused> {
  const addressed = await runStage(authenticated, identifyRecipient, context);
  if ('refusal' in addressed) return addressed;
  const admitted = await runStage(addressed, admitEnvelope, context);
  if ('refusal' in admitted) return admitted;
  const opened = await runStage(admitted, openRequest, context);
  if ('refusal' in opened) return opened;
  const readable = await runStage(opened, readRequest, context);
  if ('refusal' in readable) return readable;
  return await runStage(readable, enrolWithinBudget, context);
}

/** The envelope of a CertPoll is optional, and is not decrypted (docs/rfc8894.md P-4). */
async function decidePoll(
  authenticated: Authenticated,
  context: ScepContext,
): Promise<Decided | Refused> {
  if (authenticated.message.content === undefined)
    return await runStage(authenticated, poll, context);
  const addressed = await runStage(authenticated, identifyRecipient, context);
  if ('refusal' in addressed) return addressed;
  return await runStage(addressed, poll, context);
}

function outcomeOf(ended: Decided | Refused): Outcome {
  if ('outcome' in ended) return ended.outcome;
  const { code, refused } = ended.refusal;
  return { status: 'refused', code, ...(refused !== undefined && { refused }) };
}

/** Signs with the identity that the request was encrypted to, or with the current one. */
function signReply(
  outcome: Outcome,
  { unverified, message, envelope, identities }: Decided | Refused,
  { settings, random, clock }: ScepContext,
): Uint8Array {
  const { replyTo, content } = unverified;
  const identity = envelope?.recipient ?? findRecipient(content, identities) ?? identities[0];
  const { quirks } = settings;
  const nowSeconds = clock.nowSeconds();
  const mirrored = { digest: message?.digest, encryption: envelope };
  return buildCertRep(outcome, { replyTo, identity, quirks, nowSeconds, random, ...mirrored });
}
