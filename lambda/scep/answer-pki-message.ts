/**
 * The flow of a PKIOperation: authenticate, open, then enrol or poll, and sign the reply. Nothing
 * durable is written before a Grant except the replay mark and the counters of failed decryptions
 * and refusals.
 */
import { Refusal, type RefusalCode } from '../errors.ts';
import { certRepOf } from '../message/cert-rep.ts';
import { type Enrolment, enrolmentOf } from '../message/enrolment.ts';
import { addresseeOf, type Envelope, markOf, readEnvelope } from '../message/envelope.ts';
import { openCertificationRequest } from '../message/open-envelope.ts';
import type { Outcome } from '../message/outcome.ts';
import { type PkiMessage, verifyPkiMessage } from '../message/pki-message.ts';
import { readSignedData, signerKeyOf, type UnverifiedMessage } from '../message/signed-data.ts';
import { countLeftOut } from '../policy/requested-extensions.ts';
import type { ScepContext } from './context.ts';
import { withinLimit } from './decryption-limit.ts';
import { enrol } from './enrol.ts';
import { poll } from './poll.ts';

/** The result of a PKIOperation: the bytes to send, and what to log. */
export interface Answer {
  readonly certRep: Uint8Array;
  readonly outcome: Outcome;
  readonly transactionId: string;
  readonly messageType?: PkiMessage['messageType'];
  readonly enrolmentId?: string;
  /** How many requested extensions the certificate does not have. */
  readonly extensionsLeftOut?: number;
}

/** How far a request got: what the reply mirrors, and what the log line records. */
interface Progress {
  readonly clientAddress: string;
  message?: PkiMessage;
  envelope?: Envelope;
  enrolmentId?: string;
  /** Set once the envelope is open and its request is read. */
  enrolment?: Enrolment;
}

/**
 * Answers a pkiMessage. Throws `HttpFault` for a message without transactionID, senderNonce or
 * signer; any other error is an outage. `clientAddress` is the key of the failed-decryption limit;
 * requests without one share a bucket.
 */
export async function answerPkiMessage(
  bytes: Uint8Array,
  connected: ScepContext,
  clientAddress = 'unknown',
): Promise<Answer> {
  const unverified = readSignedData(bytes);
  const context = await withRecipient(unverified.content, connected);
  const progress: Progress = { clientAddress };
  const outcome = await refusalAsOutcome(
    () => process(unverified, context, progress),
    (code) => recordRefusal(code, progress, context),
  );
  return {
    certRep: reply(outcome, unverified, context, progress),
    outcome,
    transactionId: unverified.replyTo.transactionId,
    messageType: progress.message?.messageType,
    enrolmentId: progress.enrolmentId,
    ...(progress.enrolment && { extensionsLeftOut: countLeftOut(progress.enrolment) }),
  };
}

/**
 * Unknown recipient: another instance may have rotated the RA since we cached it, so the identities
 * are loaded again.
 */
async function withRecipient(
  content: Uint8Array | undefined,
  context: ScepContext,
): Promise<ScepContext> {
  if (content === undefined || addresseeOf(content, context.identities)) return context;
  return { ...context, identities: await context.newestIdentities() };
}

async function process(
  unverified: UnverifiedMessage,
  context: ScepContext,
  progress: Progress,
): Promise<Outcome> {
  const { identities, settings } = context;
  const message = verifyPkiMessage(unverified, settings.quirks);
  progress.message = message;
  switch (message.messageType) {
    case 'PKCSReq': {
      const envelope = readEnvelope(message.content, identities, settings.quirks);
      progress.envelope = envelope;
      const enrolment = await withinLimit(progress.clientAddress, context, () =>
        openEnrolment(message, envelope, context),
      );
      progress.enrolmentId = enrolment.enrolmentId;
      progress.enrolment = enrolment;
      return await enrol(enrolment, context);
    }
    case 'CertPoll': {
      if (message.content !== undefined)
        progress.envelope = readEnvelope(message.content, identities, settings.quirks);
      const { outcome, enrolmentId } = await poll(message, context);
      progress.enrolmentId = enrolmentId;
      return outcome;
    }
  }
}

/**
 * The replay guard comes before the first decryption, so that a changed envelope queries no padding
 * oracle.
 */
async function openEnrolment(
  message: PkiMessage,
  envelope: Envelope,
  { connectorId, envelopes, settings }: ScepContext,
): Promise<Enrolment> {
  if (!(await envelopes.admit(markOf(envelope)))) throw new Refusal('EnvelopeRefused');
  const signer = signerKeyOf(message.replyTo);
  const request = openCertificationRequest(envelope, signer);
  return enrolmentOf(connectorId, message, request, settings.quirks);
}

/** Signs the reply with the identity that the request was encrypted to, or with the current one. */
function reply(
  outcome: Outcome,
  { replyTo, content }: UnverifiedMessage,
  { identities, settings, random }: ScepContext,
  { message, envelope }: Progress,
): Uint8Array {
  const identity = envelope?.recipient ?? addresseeOf(content, identities) ?? identities[0];
  const { quirks } = settings;
  const mirrored = { digest: message?.digest, sealing: envelope };
  return certRepOf(outcome, { replyTo, identity, quirks, random, ...mirrored });
}

async function refusalAsOutcome(
  decide: () => Promise<Outcome>,
  refused: (code: RefusalCode) => Promise<void>,
): Promise<Outcome> {
  try {
    return await decide();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await refused(error.code);
    return { status: 'refused', code: error.code };
  }
}

/**
 * Records a refusal without a Grant, once the request is read. A refusal by the CA is in its row.
 */
async function recordRefusal(
  code: RefusalCode,
  { enrolment, message, clientAddress }: Progress,
  { recordRefusal: record, keys }: ScepContext,
): Promise<void> {
  if (enrolment === undefined || message === undefined) return;
  const { transactionId } = message.replyTo;
  await record?.({ enrolment, transactionId, code, keys, clientAddress });
}
