/**
 * Requests of devices. They are built once per process and shared by all seeds, since RSA
 * operations are slow.
 */
import { createHash } from 'node:crypto';
import { readEnrolment } from '../../lambda/message/enrolment.ts';
import { readEnvelope } from '../../lambda/message/envelope.ts';
import { openCertificationRequest } from '../../lambda/message/open-envelope.ts';
import { verifyPkiMessage } from '../../lambda/message/pki-message.ts';
import { defaultQuirks } from '../../lambda/message/quirks.ts';
import { readSignedData } from '../../lambda/message/signed-data.ts';
import { deriveChallengeKey, makePassword } from '../../lambda/policy/challenge.ts';
import { deriveAdminKeys, deriveIssuanceKeys } from '../../lambda/policy/connector-key.ts';
import { identityFrom } from '../support/fakes/test-connector.ts';
import { buildCertificate } from '../support/kit/certificate.ts';
import { basicConstraints, keyUsage } from '../support/kit/extensions.ts';
import { rsaKey } from '../support/kit/keys.ts';
import { cn, name } from '../support/kit/names.ts';
import { certPoll, pkcsReq } from '../support/kit/pkcs-req.ts';
import { issuedBy, type TestRa } from '../support/kit/test-ra.ts';
import { createDice } from './dice.ts';

/** The connector of the simulation. */
export const connectorId = 'test';

const lookup = 'a lookup secret of a connector, of enough characters';

/** The keys that the simulated connector issues with. */
export const issuanceKeys = deriveIssuanceKeys(connectorId, {
  lookup,
  issuance: 'an issuance secret of a connector, of enough characters',
});

/** The keys that its admin API uses. */
export const adminKeys = deriveAdminKeys(connectorId, {
  lookup,
  admin: 'an admin secret of a connector, of enough characters',
});

/**
 * Builds a CA and RA with 1024-bit keys. They take a sixth of the time, and the simulation needs no
 * secrecy.
 */
const buildSmallRa = (): TestRa => {
  const [ca, ra] = [rsaKey(1024, 'simulated-ca'), rsaKey(1024, 'simulated-ra')];
  const caName = name(cn('simulated CA'));
  const issuing = { caKey: ca.privateKey, caName };
  const caCertificate = buildCertificate({
    subject: caName,
    spki: ca.spki,
    signingKey: ca.privateKey,
    // Time begins later here than today, and no certificate outlives its CA.
    notAfter: new Date('2047-01-01'),
    extensions: [basicConstraints(true), keyUsage(['digitalSignature', 'keyCertSign'])],
  });
  const raCertificate = issuedBy(issuing, {
    subject: name(cn('simulated RA')),
    spki: ra.spki,
    extensions: [keyUsage(['digitalSignature', 'keyEncipherment'])],
  });
  return { ...issuing, caCertificate, raCertificate, raKey: ra.privateKey };
};

export const simulatedRa: TestRa = buildSmallRa();
export const simulatedIdentity = identityFrom(simulatedRa);

/** The random source from which `createChallenge` makes the password of challenge 0, 1, ... */
export const createPasswordRandom = (challenge: number) => createDice(challenge).octets;

/** The key of that challenge in its table. */
export const deriveTableKey = (challenge: number): string =>
  deriveChallengeKey(connectorId, makePassword(createPasswordRandom(challenge)), issuanceKeys);

/** The parts of a request. */
export interface RequestTerms {
  readonly device: number;
  readonly key: number;
  readonly challenge: number;
  /** Omitted: derived from the CSR. */
  readonly transactionId?: string;
}

/** A complete request. */
export interface Request {
  readonly enrolmentId: string;
  readonly csr: Uint8Array;
  /** The same CSR, in two envelopes. */
  readonly messages: readonly [Uint8Array, Uint8Array];
  readonly poll: Uint8Array;
}

const built = new Map<string, Request>();

/** Returns the request of these terms. It is built once per process. */
export function getRequest(terms: RequestTerms): Request {
  const id = JSON.stringify(terms);
  const known = built.get(id) ?? buildRequest(terms);
  built.set(id, known);
  return known;
}

function buildRequest({ device, key: keyNumber, challenge, transactionId }: RequestTerms): Request {
  const key = rsaKey(2048, `simulated-${keyNumber}`);
  const password = makePassword(createPasswordRandom(challenge));
  const csr = { subject: name(cn(`device ${device}`)) };
  const ownTransactionId = transactionId === undefined ? {} : { transactionId };
  const first = pkcsReq({ ra: simulatedRa, key, challenge: password, csr, ...ownTransactionId });
  const again = { csrBytes: first.csr, transactionId: first.transactionId };
  const second = pkcsReq({ ra: simulatedRa, key, ...again });
  return {
    enrolmentId: readEnrolmentId(first.message),
    csr: first.csr,
    messages: [first.message, second.message],
    poll: certPoll({ ra: simulatedRa, request: first }).message,
  };
}

/** Computes the id with the modules under test. */
function readEnrolmentId(bytes: Uint8Array): string {
  const message = verifyPkiMessage(readSignedData(bytes), defaultQuirks);
  const envelope = readEnvelope(message.content, [simulatedIdentity], defaultQuirks);
  const { signer, signerKey } = message.replyTo;
  const { subjectPublicKeyInfo } = signer;
  const opened = openCertificationRequest(envelope, { subjectPublicKeyInfo, publicKey: signerKey });
  return readEnrolment(connectorId, message, opened).enrolmentId;
}

/** A transactionID that several requests share. */
export const deriveSharedTransactionId = (number: number): string =>
  createHash('sha256').update(`transaction ${number}`).digest('hex').slice(0, 40).toUpperCase();

/** What a device of a storm sends. Its poll is built on demand. */
export interface StormRequest {
  readonly message: Uint8Array;
  readonly poll: () => Uint8Array;
}

/**
 * Builds the request of a device in a storm. Another key makes a second request of the same device.
 */
export function buildStormRequest(
  device: number,
  challengeNumber: number,
  key = device,
): StormRequest {
  const challenge = makePassword(createPasswordRandom(challengeNumber));
  const csr = { subject: name(cn(`device ${device}`)) };
  const request = pkcsReq({
    ra: simulatedRa,
    key: rsaKey(2048, `simulated-${key % 4}`),
    challenge,
    csr,
  });
  let poll: Uint8Array | undefined;
  return {
    message: request.message,
    poll: () => {
      poll ??= certPoll({ ra: simulatedRa, request }).message;
      return poll;
    },
  };
}
