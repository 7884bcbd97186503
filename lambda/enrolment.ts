/**
 * The flow, on one screen: http -> message -> policy -> issuance -> reply. Up to the Grant everything is decided here
 * and nothing durable happens but the envelope's mark; after it the state machine issues, and this waits for it.
 */
import type { Connector } from './connector.ts';
import { withinLimit } from './envelope-limit.ts';
import { Refusal, type RefusalCode } from './errors.ts';
import { outcomeWithin, standsAt } from './issuance/await-outcome.ts';
import { certRepOf } from './message/cert-rep.ts';
import { type Enrolment, enrolmentOf, transactionKeyOf } from './message/enrolment.ts';
import { addresseeOf, type Envelope, markOf, readEnvelope } from './message/envelope.ts';
import { openCertificationRequest } from './message/open-envelope.ts';
import type { Outcome } from './message/outcome.ts';
import { type PkiMessage, verifyPkiMessage } from './message/pki-message.ts';
import { readSignedData, type UnverifiedMessage } from './message/signed-data.ts';
import { decide, sealGrant } from './policy/grant.ts';
import type { Ledger, LedgerEntry } from './ports.ts';

/** How far a request came: what the answer mirrors, and what the log line tells. */
interface Progress {
  readonly source: string;
  message?: PkiMessage;
  envelope?: Envelope;
  enrolmentId?: string;
  /** Once the envelope was opened and its request read. */
  enrolment?: Enrolment;
}

/** What a PKIOperation came to: the bytes to send, and what to log. */
export interface Answer {
  readonly certRep: Uint8Array;
  readonly outcome: Outcome;
  readonly transactionId: string;
  readonly messageType?: PkiMessage['messageType'];
  readonly enrolmentId?: string;
}

/**
 * Answers a pkiMessage. Throws `HttpFault` for what cannot be answered; any other error is an outage. `source` is whom the
 * limit on bad envelopes counts by; those that nobody named are counted as one.
 */
export async function answerPkiMessage(
  bytes: Uint8Array,
  connected: Connector,
  source = 'unknown',
): Promise<Answer> {
  const unverified = readSignedData(bytes);
  const { replyTo, content } = unverified;
  const connector = await addressed(content, connected);
  const { identities, random, settings } = connector;
  const progress: Progress = { source };
  const outcome = await orRefused(
    () => outcomeOf(unverified, connector, progress),
    (code) => record(code, progress, connector),
  );
  const { message, envelope, enrolmentId } = progress;
  const identity = envelope?.recipient ?? addresseeOf(content, identities) ?? identities[0];
  const mirrored = { digest: message?.digest, sealing: envelope };
  return {
    certRep: certRepOf(outcome, {
      replyTo,
      identity,
      quirks: settings.quirks,
      random,
      ...mirrored,
    }),
    outcome,
    transactionId: replyTo.transactionId,
    messageType: message?.messageType,
    enrolmentId,
  };
}

/** A request to an identity we do not know: a rotation may have made it since, and another function handed it out. */
async function addressed(
  content: Uint8Array | undefined,
  connector: Connector,
): Promise<Connector> {
  if (content === undefined || addresseeOf(content, connector.identities)) return connector;
  return { ...connector, identities: await connector.newestIdentities() };
}

async function orRefused(
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

/** What we refuse is shown to admins once we know who asked for what; what the CA refuses, `settle` records. */
async function record(
  code: RefusalCode,
  { enrolment, message }: Progress,
  { recordRefusal, keys }: Connector,
): Promise<void> {
  if (enrolment === undefined || message === undefined) return;
  await recordRefusal?.({ enrolment, transactionId: message.replyTo.transactionId, code, keys });
}

async function outcomeOf(
  unverified: UnverifiedMessage,
  connector: Connector,
  progress: Progress,
): Promise<Outcome> {
  const { identities, settings } = connector;
  const message = verifyPkiMessage(unverified, settings.quirks);
  progress.message = message;
  switch (message.messageType) {
    case 'PKCSReq': {
      const envelope = readEnvelope(message.content, identities, settings.quirks);
      progress.envelope = envelope;
      const enrolment = await withinLimit(progress.source, connector, () =>
        open(message, envelope, connector),
      );
      progress.enrolmentId = enrolment.enrolmentId;
      progress.enrolment = enrolment;
      return await enrol(enrolment, connector);
    }
    case 'CertPoll': {
      // P-4: a poll is found by who asks and the transactionID; its content is not even decrypted.
      if (message.content !== undefined)
        progress.envelope = readEnvelope(message.content, identities, settings.quirks);
      const entry = await polledEntry(message, connector);
      progress.enrolmentId = entry.enrolmentId;
      return await outcomeWithin(connector, entry);
    }
  }
}

/** The replay guard comes before the first decryption (security.md section 2.5). */
async function open(
  message: PkiMessage,
  envelope: Envelope,
  connector: Connector,
): Promise<Enrolment> {
  if (!(await connector.envelopes.admit(markOf(envelope)))) throw new Refusal('EnvelopeRefused');
  const { signer, signerKey } = message.replyTo;
  const known = { subjectPublicKeyInfo: signer.subjectPublicKeyInfo, publicKey: signerKey };
  return enrolmentOf(connector.connectorId, message, openCertificationRequest(envelope, known));
}

async function enrol(enrolment: Enrolment, connector: Connector): Promise<Outcome> {
  const { ledger, clock } = connector;
  const { enrolmentId, transactionKey } = enrolment;
  const [entry, bound] = await Promise.all([
    ledger.find(enrolmentId),
    ledger.findTransaction(transactionKey),
  ]);
  if (bound !== undefined && bound !== enrolmentId) await refuseWhileInFlight(bound, ledger);
  const stands = entry !== undefined && standsAt(clock.nowSeconds(), entry);
  const current = stands ? entry : await grant(enrolment, (entry?.generation ?? 0) + 1, connector);
  if (bound !== enrolmentId) await ledger.bindTransaction(transactionKey, enrolmentId);
  return await outcomeWithin(connector, current);
}

/** P-10, Dogtag's rule: one transactionID of one key is one request at a time. */
async function refuseWhileInFlight(enrolmentId: string, ledger: Ledger): Promise<void> {
  const other = await ledger.find(enrolmentId);
  if (other?.state.status === 'granted') throw new Refusal('TransactionInFlight');
}

async function grant(enrolment: Enrolment, generation: number, connector: Connector) {
  const { connectorId, settings, keys, ledger, challenges, clock, random } = connector;
  const { profile, quirks } = settings;
  const nowSeconds = clock.nowSeconds();
  const granted = await decide(enrolment, generation, {
    profile,
    quirks,
    keys,
    challenges,
    nowSeconds,
    intune: intuneOf(connector),
  });
  const entry: LedgerEntry = {
    connectorId,
    enrolmentId: enrolment.enrolmentId,
    generation,
    sealedGrant: sealGrant(granted, keys, random),
    state: { status: 'granted' },
  };
  // False where the same request came twice at once: the other's Grant says the same, and stands.
  await ledger.begin(entry);
  return entry;
}

/** An Intune connector without its Intune is an outage: it must not take a challenge of ours instead. */
function intuneOf({ settings, intune }: Connector): Connector['intune'] {
  if (settings.intune === undefined) return undefined;
  if (intune === undefined) throw new Error('IntuneMissing');
  return intune;
}

async function polledEntry({ replyTo }: PkiMessage, connector: Connector): Promise<LedgerEntry> {
  const { connectorId, ledger } = connector;
  const { transactionId, signer } = replyTo;
  const key = transactionKeyOf(connectorId, transactionId, signer.subjectPublicKeyInfo);
  const enrolmentId = await ledger.findTransaction(key);
  const entry = enrolmentId === undefined ? undefined : await ledger.find(enrolmentId);
  // An unknown id and another's id: the same answer, as the key is part of what is looked up (P-5).
  if (entry === undefined) throw new Refusal('NoSuchTransaction');
  return entry;
}
