/** Chooses between the stored request of an earlier run and a new one. */
import type { KeyObject } from 'node:crypto';
import type * as pkijs from 'pkijs';
import {
  buildCertificationRequest,
  type RequestedCertificate,
  readCertificationRequest,
} from './certification-request.ts';
import type { Command } from './command-line.ts';
import { ScepClientError } from './errors.ts';
import { type EnrolmentFolder, readStoredRequest, storeRequest } from './folder.ts';
import { requestIntuneChallenge } from './intune-challenge.ts';

/** The request to send. */
export interface RequestToSend {
  readonly certificationRequest: Uint8Array;
  readonly subject: pkijs.RelativeDistinguishedNames;
  /** Whether an earlier run sent it and received no answer. */
  readonly isRepeated: boolean;
}

/**
 * Returns the request for a command, and stores it in the folder. A command without a subject, or
 * with the names of the stored request, repeats that request byte for byte. The server recognises
 * the repetition, so it issues one certificate and uses one challenge. Throws `badArgument` for a
 * command without a subject if no request is stored.
 */
export async function loadOrBuildRequest(
  folder: EnrolmentFolder,
  key: KeyObject,
  command: Pick<
    Command,
    | 'subject'
    | 'challenge'
    | 'localChallenge'
    | 'intuneControlUrl'
    | 'dnsNames'
    | 'emailAddresses'
    | 'uris'
  >,
): Promise<RequestToSend> {
  const stored = await readStoredRequest(folder);
  const earlier = stored && readCertificationRequest(stored, key);
  if (command.subject === undefined) {
    if (!stored || !earlier)
      throw new ScepClientError('badArgument', '--subject is missing, and no request is stored.');
    return { certificationRequest: stored, subject: earlier.subject, isRepeated: true };
  }
  const { subject, dnsNames, emailAddresses, uris, intuneControlUrl } = command;
  const asWindows = intuneControlUrl !== undefined;
  const wanted = { subject, dnsNames, emailAddresses, uris, asWindows };
  const challengePassword =
    command.challenge ?? earlier?.challengePassword ?? command.localChallenge;
  const candidate = await buildCertificationRequest(key, { ...wanted, challengePassword });
  const isRepeated = stored ? Buffer.compare(stored, candidate) === 0 : false;
  const needsIntuneChallenge = asWindows && !isRepeated && command.challenge === undefined;
  const certificationRequest = needsIntuneChallenge
    ? await buildIntuneRequest(intuneControlUrl, key, wanted)
    : candidate;
  if (!isRepeated) await storeRequest(folder, certificationRequest);
  const { subject: parsed } = readCertificationRequest(certificationRequest, key);
  return { certificationRequest, subject: parsed, isRepeated };
}

/** Each request needs its own challenge from Intune, which is valid for exactly its names. */
async function buildIntuneRequest(
  controlUrl: string,
  key: KeyObject,
  wanted: RequestedCertificate,
): Promise<Uint8Array> {
  const keyBits = key.asymmetricKeyDetails?.modulusLength;
  const challengePassword = await requestIntuneChallenge(controlUrl, wanted, keyBits);
  return buildCertificationRequest(key, { ...wanted, challengePassword });
}
