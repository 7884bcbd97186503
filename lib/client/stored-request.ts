import type { KeyObject } from 'node:crypto';
import type * as pkijs from 'pkijs';
import { buildCertificationRequest, readCertificationRequest } from './certification-request.ts';
import type { Command } from './command-line.ts';
import { ScepClientError } from './errors.ts';
import { type EnrolmentFolder, storedRequest, storeRequest } from './folder.ts';

/** The request to send. */
export interface RequestToSend {
  readonly certificationRequest: Uint8Array;
  readonly subject: pkijs.RelativeDistinguishedNames;
  /** Whether an earlier run sent it and got no answer. */
  readonly repeated: boolean;
}

/**
 * The request for a command, kept in its folder. A command that asks for what the stored request asks
 * for, or names no subject, repeats that one byte for byte: the server then knows it, and neither
 * issues twice nor uses up a second challenge. Refuses a command without a subject when nothing is stored.
 */
export async function requestIn(
  folder: EnrolmentFolder,
  key: KeyObject,
  command: Pick<
    Command,
    'subject' | 'challenge' | 'localChallenge' | 'dnsNames' | 'emailAddresses' | 'uris'
  >,
): Promise<RequestToSend> {
  const stored = await storedRequest(folder);
  const earlier = stored && readCertificationRequest(stored, key);
  if (command.subject === undefined) {
    if (!stored || !earlier) throw new ScepClientError('badArgument', '--subject is missing.');
    return { certificationRequest: stored, subject: earlier.subject, repeated: true };
  }
  const challengePassword =
    command.challenge ?? earlier?.challengePassword ?? command.localChallenge;
  const { subject, dnsNames, emailAddresses, uris } = command;
  const wanted = { subject, dnsNames, emailAddresses, uris, challengePassword };
  const certificationRequest = await buildCertificationRequest(key, wanted);
  const repeated = stored ? Buffer.compare(stored, certificationRequest) === 0 : false;
  if (!repeated) await storeRequest(folder, certificationRequest);
  const { subject: parsed } = readCertificationRequest(certificationRequest, key);
  return { certificationRequest, subject: parsed, repeated };
}
