/**
 * PKCSReqs that the project's own client builds ahead, so that no figure measures a client's work.
 */
import { X509Certificate } from 'node:crypto';
import {
  buildCertificationRequest,
  deriveTransactionId,
} from '../lib/scep-client/certification-request.ts';
import {
  createSelfSignedIdentity,
  generateKey,
  type Identity,
} from '../lib/scep-client/identity.ts';
import { buildPkcsReq } from '../lib/scep-client/request-message.ts';
import { parseSubject } from '../lib/scep-client/subject.ts';

/** The number of keys. Making a key takes a tenth of a second or more, so requests share them. */
const keyCount = 8;

/** The algorithms that current clients send and all compared servers accept. */
const encryption = { cipher: 'aes128', oaep: false } as const;

let identities: Promise<readonly Identity[]> | undefined;
let built = 0;

/**
 * The recipient and the challenges of requests. With several challenges, each request takes the
 * next one; a function creates one for the request's subject.
 */
export interface Recipient {
  readonly raCertificate: Uint8Array;
  readonly challenges: readonly string[] | ((subject: string) => Promise<string>);
}

/**
 * Builds `count` requests, each with a unique subject: RSA-2048, SHA-256, AES-128, PKCS#1 v1.5
 * transport.
 */
export async function buildRequests(
  count: number,
  { raCertificate, challenges }: Recipient,
): Promise<Uint8Array[]> {
  identities ??= Promise.all(Array.from({ length: keyCount }, makeIdentity));
  const known = await identities;
  const recipient = new X509Certificate(raCertificate);
  const requests: Uint8Array[] = [];
  for (let at = 0; at < count; at += 1) {
    built += 1;
    const identity = known[built % keyCount];
    if (identity === undefined) throw new Error('there is no key');
    const subject = `CN=device-${built}`;
    const challengePassword =
      typeof challenges === 'function'
        ? await challenges(subject)
        : challenges[at % challenges.length];
    const wanted = { subject, challengePassword };
    const certificationRequest = await buildCertificationRequest(identity.key, wanted);
    const transactionId = deriveTransactionId(certificationRequest);
    const from = { identity, recipient, transactionId, encryption };
    requests.push((await buildPkcsReq(from, certificationRequest)).bytes);
  }
  return requests;
}

const makeIdentity = async (): Promise<Identity> =>
  createSelfSignedIdentity(await generateKey(2048), parseSubject('CN=device'));
