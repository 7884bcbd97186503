/**
 * Requests of devices, built once a process: RSA is what takes time, so seeds share keys and
 * messages.
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
import { diceOf } from './dice.ts';

/** The connector of the simulation. */
export const connectorId = 'test';

const lookup = 'a lookup secret of a connector, of enough characters';

/** The keys that the simulated connector issues with. */
export const issuanceKeys = deriveIssuanceKeys(connectorId, {
  lookup,
  issuance: 'an issuance secret of a connector, of enough characters',
});

/** The keys that it is administered with. */
export const adminKeys = deriveAdminKeys(connectorId, {
  lookup,
  admin: 'an admin secret of a connector, of enough characters',
});

/**
 * A CA and RA with keys of 1024 bits: a sixth of the time, and nothing here is kept secret by them.
 */
const smallRa = (): TestRa => {
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

export const simulatedRa: TestRa = smallRa();
export const simulatedIdentity = identityFrom(simulatedRa);

/** The octets that `createChallenge` makes the password of challenge c0, c1, ... of. */
export const challengeOctets = (challenge: number) => diceOf(challenge).octets;

/** The key of that challenge in its table. */
export const keyOfChallenge = (challenge: number): string =>
  deriveChallengeKey(connectorId, makePassword(challengeOctets(challenge)), issuanceKeys);

/** What a device asks for. */
export interface RequestTerms {
  readonly device: number;
  readonly key: number;
  readonly challenge: number;
  /** Of its own if absent, made of the CSR. */
  readonly transactionId?: string;
}

/** A request, ready to send. */
export interface Request {
  readonly enrolmentId: string;
  readonly csr: Uint8Array;
  /** The same CSR, in two envelopes. */
  readonly messages: readonly [Uint8Array, Uint8Array];
  readonly poll: Uint8Array;
}

const built = new Map<string, Request>();

/** The request of these terms; the same one, whenever it is asked for in this process. */
export function requestOf(terms: RequestTerms): Request {
  const id = JSON.stringify(terms);
  const known = built.get(id) ?? build(terms);
  built.set(id, known);
  return known;
}

function build({ device, key: keyNumber, challenge, transactionId }: RequestTerms): Request {
  const key = rsaKey(2048, `simulated-${keyNumber}`);
  const password = makePassword(challengeOctets(challenge));
  const csr = { subject: name(cn(`device ${device}`)) };
  const named = transactionId === undefined ? {} : { transactionId };
  const first = pkcsReq({ ra: simulatedRa, key, challenge: password, csr, ...named });
  const again = { csrBytes: first.csr, transactionId: first.transactionId };
  const second = pkcsReq({ ra: simulatedRa, key, ...again });
  return {
    enrolmentId: enrolmentIdOf(first.message),
    csr: first.csr,
    messages: [first.message, second.message],
    poll: certPoll({ ra: simulatedRa, request: first }).message,
  };
}

/** Named by the modules under test. */
function enrolmentIdOf(bytes: Uint8Array): string {
  const message = verifyPkiMessage(readSignedData(bytes), defaultQuirks);
  const envelope = readEnvelope(message.content, [simulatedIdentity], defaultQuirks);
  const { signer, signerKey } = message.replyTo;
  const { subjectPublicKeyInfo } = signer;
  const opened = openCertificationRequest(envelope, { subjectPublicKeyInfo, publicKey: signerKey });
  return readEnrolment(connectorId, message, opened).enrolmentId;
}

/** A transactionID that more than one request has. */
export const sharedTransactionId = (number: number): string =>
  createHash('sha256').update(`transaction ${number}`).digest('hex').slice(0, 40).toUpperCase();

/** What a device of a storm sends; its poll is made when it needs one. */
export interface StormRequest {
  readonly message: Uint8Array;
  readonly poll: () => Uint8Array;
}

/**
 * The request of one device of ten thousand, with this challenge. A second key makes another
 * request of it.
 */
export function stormRequest(device: number, challengeNumber: number, key = device): StormRequest {
  const challenge = makePassword(challengeOctets(challengeNumber));
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
