/**
 * AWS Private CA. Only this file sends its commands. Its client is older (3.523.0) than the others
 * (docs/decisions/001-dependencies.md).
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

/** The CA throttled the call, so this call issued nothing. */
const busy = new Set(['ThrottlingException', 'TooManyRequestsException']);

/** A lasting quota: the CA has issued as many certificates as it can. */
const exhausted = new Set(['LimitExceededException']);

/**
 * The errors that refuse each call for good; every other error is an outage. A disabled CA refuses
 * to issue, and issues nothing. It also refuses to return or revoke a certificate, which does not
 * show whether the certificate exists.
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
 * Turns the SDK's error into our fault, without its cause, because the SDK's message can quote the
 * request.
 */
async function translateErrors<Result>(
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
 * The port on one CA. `issue` needs a client that sends a request once. The refusal of a second try
 * does not show what happened to the first one, and a new attempt then issued a second certificate
 * (found by `npm run simulate`).
 */
export const createPrivateCa = (
  client: Pick<ACMPCAClient, 'send'>,
  certificateAuthorityArn: string,
): PrivateCa => ({
  issue: async (order) => {
    const command = new IssueCertificateCommand(buildIssueInput(order, certificateAuthorityArn));
    const { CertificateArn } = await translateErrors('issue', client.send(command));
    if (CertificateArn === undefined) throw new Fault('NoCertificateArn');
    return CertificateArn;
  },
  retrieve: async (certificateArn) => {
    const input = {
      CertificateAuthorityArn: certificateAuthorityArn,
      CertificateArn: certificateArn,
    };
    try {
      return (await translateErrors('retrieve', client.send(new GetCertificateCommand(input))))
        .Certificate;
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
      await translateErrors('revoke', client.send(command));
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

const buildIssueInput = (
  { request, idempotencyToken, validityDays, signingAlgorithm, passthrough }: CertificateOrder,
  certificateAuthorityArn: string,
): IssueCertificateCommandInput => ({
  CertificateAuthorityArn: certificateAuthorityArn,
  Csr: encodePem('CERTIFICATE REQUEST', request),
  SigningAlgorithm: signingAlgorithm as IssueCertificateCommandInput['SigningAlgorithm'],
  TemplateArn: `arn:${certificateAuthorityArn.split(':')[1]}:acm-pca:::template/${templateName}`,
  Validity: { Type: 'DAYS', Value: validityDays },
  IdempotencyToken: idempotencyToken,
  ApiPassthrough: passthrough as SdkApiPassthrough,
});

const encodePem = (label: string, der: Uint8Array): Uint8Array => {
  const lines = Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  return Buffer.from(`-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`);
};
