/**
 * AWS Private CA: the only file that knows its client, which is older here than the others
 * (3.523.0).
 */

import {
  type ACMPCAClient,
  GetCertificateAuthorityCertificateCommand,
  GetCertificateCommand,
  IssueCertificateCommand,
  type IssueCertificateCommandInput,
  RequestAlreadyProcessedException,
  RequestInProgressException,
  RevokeCertificateCommand,
  type ApiPassthrough as SdkApiPassthrough,
} from '@aws-sdk/client-acm-pca';
import { Fault } from '../core/errors.ts';
import { formatSerialWithColons, requireSerial } from '../core/serial-number.ts';
import { templateName } from '../policy/certificate-template.ts';
import type { CertificateOrder, PrivateCa } from '../ports/certificate-authority.ts';

/** The CA throttles; nothing was issued by this try. */
const busy = new Set(['ThrottlingException', 'TooManyRequestsException']);

/** A quota that waiting does not lift: the CA's certificates are used up. */
const exhausted = new Set(['LimitExceededException']);

/**
 * The errors by which each call is refused for good; every other one is an outage. A disabled CA
 * refuses to issue, and nothing is made. It also refuses to return or revoke what it made, which
 * says nothing about the certificate.
 */
const refusals = {
  issue: new Set([
    'MalformedCSRException',
    'InvalidArgsException',
    'InvalidStateException',
    'ValidationException',
  ]),
  retrieve: new Set(['RequestFailedException']),
  revoke: new Set<string>(),
} as const;

/**
 * Turns the SDK's error into our fault, without its cause: the SDK's message may quote the request.
 */
async function meaning<Result>(
  call: keyof typeof refusals,
  sent: Promise<Result>,
): Promise<Result> {
  try {
    return await sent;
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (busy.has(name)) throw new Fault('CertificateAuthorityBusy', name);
    if (exhausted.has(name)) throw new Fault('CertificateLimitReached', name);
    if (refusals[call].has(name)) throw new Fault('CertificateRefused', name);
    throw error;
  }
}

/**
 * The port on one CA. `issue` needs a client that sends a request once: a "no" to the SDK's second
 * try says nothing about the first (npm run simulate found a second certificate that way).
 */
export const createPrivateCa = (
  client: Pick<ACMPCAClient, 'send'>,
  certificateAuthorityArn: string,
): PrivateCa => ({
  issue: async (order) => {
    const command = new IssueCertificateCommand(issueInput(order, certificateAuthorityArn));
    const { CertificateArn } = await meaning('issue', client.send(command));
    if (CertificateArn === undefined) throw new Fault('NoCertificateArn');
    return CertificateArn;
  },
  retrieve: async (certificateArn) => {
    const input = {
      CertificateAuthorityArn: certificateAuthorityArn,
      CertificateArn: certificateArn,
    };
    try {
      return (await meaning('retrieve', client.send(new GetCertificateCommand(input)))).Certificate;
    } catch (error) {
      if (error instanceof RequestInProgressException) return undefined;
      throw error;
    }
  },
  revoke: async (serialHex) => {
    const command = new RevokeCertificateCommand({
      CertificateAuthorityArn: certificateAuthorityArn,
      CertificateSerial: formatSerialWithColons(requireSerial(serialHex)),
      RevocationReason: 'PRIVILEGE_WITHDRAWN',
    });
    try {
      await meaning('revoke', client.send(command));
    } catch (error) {
      if (!(error instanceof RequestAlreadyProcessedException)) throw error;
    }
  },
  chain: async () => {
    const input = { CertificateAuthorityArn: certificateAuthorityArn };
    const answer = await client.send(new GetCertificateAuthorityCertificateCommand(input));
    return [answer.Certificate, answer.CertificateChain].filter(Boolean).join('\n');
  },
});

const issueInput = (
  { request, idempotencyToken, validityDays, signingAlgorithm, passthrough }: CertificateOrder,
  certificateAuthorityArn: string,
): IssueCertificateCommandInput => ({
  CertificateAuthorityArn: certificateAuthorityArn,
  Csr: pem('CERTIFICATE REQUEST', request),
  SigningAlgorithm: signingAlgorithm as IssueCertificateCommandInput['SigningAlgorithm'],
  TemplateArn: `arn:${certificateAuthorityArn.split(':')[1]}:acm-pca:::template/${templateName}`,
  Validity: { Type: 'DAYS', Value: validityDays },
  IdempotencyToken: idempotencyToken,
  ApiPassthrough: passthrough as SdkApiPassthrough,
});

const pem = (label: string, der: Uint8Array): Uint8Array => {
  const lines = Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  return Buffer.from(`-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`);
};
