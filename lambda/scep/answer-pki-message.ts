/**
 * The flow of a PKIOperation: authenticate, open, then enrol or poll, and sign the reply. Nothing
 * durable is written before a Grant except the replay mark, the budgets of sources, the records of
 * refusals and Intune's verdicts.
 */
import { Refusal } from '../core/errors.ts';
import { buildCertRep } from '../message/cert-rep.ts';
import { readEnrolment } from '../message/enrolment.ts';
import { findRecipient, readEnvelope } from '../message/envelope.ts';
import type { Outcome } from '../message/outcome.ts';
import { type PkiMessage, verifyPkiMessage } from '../message/pki-message.ts';
import type { RaIdentities } from '../message/ra-identity.ts';
import { refuseUnusableKey } from '../message/self-signature.ts';
import { readSignedData, type UnverifiedMessage } from '../message/signed-data.ts';
import { computeKeyedDigest } from '../policy/connector-key.ts';
import { countLeftOut } from '../policy/requested-extensions.ts';
import type { ScepContext } from './context.ts';
import { enrol } from './enrol.ts';
import { limitGuesses } from './guess-limit.ts';
import { handleRefusal } from './handle-refusal.ts';
import { openRequest } from './open-request.ts';
import { poll } from './poll.ts';
import type { Progress } from './progress.ts';

/** The result of a PKIOperation: the bytes to send, and what to log. */
export interface Answer {
  readonly certRep: Uint8Array;
  readonly outcome: Outcome;
  readonly transactionId: string;
  readonly messageType?: PkiMessage['messageType'];
  readonly enrolmentId?: string;
  /** How many requested extensions the certificate does not have. */
  readonly extensionsLeftOut?: number;
  /** The same message was refused within the last minute, so it was not opened again. */
  readonly isRepeated?: true;
}

/**
 * Answers a pkiMessage. Throws `HttpFault` for a message without transactionID, senderNonce or
 * signer, and for a source that is over a budget; any other error is an outage. `clientAddress` is
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
  const progress: Progress = { source, identities: context.identities };
  const outcome = await refusalAsOutcome(
    () => process(unverified, context, progress),
    (refusal) => handleRefusal(refusal, unverified.replyTo, progress, context),
  );
  return {
    certRep: reply(outcome, unverified, context, progress),
    outcome,
    transactionId: unverified.replyTo.transactionId,
    messageType: progress.message?.messageType,
    enrolmentId: progress.enrolmentId,
    ...(progress.enrolment && { extensionsLeftOut: countLeftOut(progress.enrolment) }),
    ...(progress.isRepeated && { isRepeated: true }),
  };
}

async function process(
  unverified: UnverifiedMessage,
  context: ScepContext,
  progress: Progress,
): Promise<Outcome> {
  const { connectorId, settings } = context;
  const message = verifyPkiMessage(unverified, settings.quirks);
  progress.message = message;
  progress.identities = await identitiesFor(message, context);
  switch (message.messageType) {
    case 'PKCSReq': {
      const envelope = readEnvelope(message.content, progress.identities, settings.quirks);
      progress.envelope = envelope;
      const request = await openRequest(message, envelope, progress, context);
      progress.request = request;
      refuseUnusableKey(request);
      const enrolment = readEnrolment(connectorId, message, request, settings.quirks);
      progress.enrolment = enrolment;
      progress.enrolmentId = enrolment.enrolmentId;
      return await limitGuesses(progress, context, () =>
        enrol(enrolment, context, progress.source),
      );
    }
    case 'CertPoll': {
      if (message.content !== undefined)
        progress.envelope = readEnvelope(message.content, progress.identities, settings.quirks);
      const { outcome, enrolmentId } = await poll(message, context);
      progress.enrolmentId = enrolmentId;
      return outcome;
    }
  }
}

/**
 * Unknown recipient: another instance may have rotated the RA since we cached it, so the identities
 * are loaded again. The signature was verified before, so that nobody causes reads for nothing.
 */
async function identitiesFor(
  { content }: PkiMessage,
  { identities, newestIdentities }: ScepContext,
): Promise<RaIdentities> {
  if (content === undefined || findRecipient(content, identities)) return identities;
  return await newestIdentities();
}

/** Signs the reply with the identity that the request was encrypted to, or with the current one. */
function reply(
  outcome: Outcome,
  { replyTo, content }: UnverifiedMessage,
  { settings, random, clock }: ScepContext,
  { message, envelope, identities }: Progress,
): Uint8Array {
  const identity = envelope?.recipient ?? findRecipient(content, identities) ?? identities[0];
  const { quirks } = settings;
  const nowSeconds = clock.nowSeconds();
  const mirrored = { digest: message?.digest, encryption: envelope };
  return buildCertRep(outcome, { replyTo, identity, quirks, nowSeconds, random, ...mirrored });
}

async function refusalAsOutcome(
  decide: () => Promise<Outcome>,
  refused: (refusal: Refusal) => Promise<void>,
): Promise<Outcome> {
  try {
    return await decide();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await refused(error);
    const { code, refused: name } = error;
    return { status: 'refused', code, ...(name !== undefined && { refused: name }) };
  }
}
