/** AWS Private CA: the only file that knows its client, which is older here than the others (3.523.0). */
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
import { throttledError } from '../issuance/task.ts';
import { templateName } from '../issuance/template.ts';
import type { CertificateOrder, PrivateCa } from '../ports.ts';
import { requireSerial, serialWithColons } from '../serial-number.ts';

/** The CA asked to slow down; nothing was made. */
class CertificateAuthorityBusy extends Error {
  override readonly name = throttledError;
}

/** The CA said no, and will say no again. */
class CertificateRefused extends Error {
  override readonly name = 'CertificateRefused';
}

/**
 * The SDK asked twice, and the CA said no to the second: the first may have been heard and its answer lost. Taken for a plain "no"
 * it let an order be made a second time, ten minutes later (npm run simulate -- --seeds 1 --from 131).
 */
class RefusedAfterUnknown extends Error {
  override readonly name = 'RefusedAfterUnknown';
}

/** How often the SDK sent the request that ended in this error. */
const triesOf = (error: unknown): number =>
  (error as { readonly $metadata?: { readonly attempts?: number } }).$metadata?.attempts ?? 1;

const busy = new Set(['ThrottlingException', 'LimitExceededException', 'TooManyRequestsException']);

/**
 * The errors by which each call says no for good; every other one is an outage. A CA that is disabled refuses to issue, and
 * nothing was made; but it refuses to show or to revoke what it did make, and that is no answer about it.
 */
const refusals = {
  issue: new Set([
    'MalformedCSRException',
    'InvalidArgsException',
    'InvalidStateException',
    'ValidationException',
  ]),
  collect: new Set(['RequestFailedException']),
  revoke: new Set<string>(),
} as const;

async function meaning<Result>(
  call: keyof typeof refusals,
  sent: Promise<Result>,
): Promise<Result> {
  try {
    return await sent;
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    const isAnswer = busy.has(name) || refusals[call].has(name);
    if (call === 'issue' && isAnswer && triesOf(error) > 1) throw new RefusedAfterUnknown(name);
    // The cause stays behind: its message may quote the request.
    if (busy.has(name)) throw new CertificateAuthorityBusy(name);
    if (refusals[call].has(name)) throw new CertificateRefused(name);
    throw error;
  }
}

/** The port on one CA. */
export const privateCa = (client: ACMPCAClient, certificateAuthorityArn: string): PrivateCa => ({
  issue: async (order) => {
    const command = new IssueCertificateCommand(issueInput(order, certificateAuthorityArn));
    const { CertificateArn } = await meaning('issue', client.send(command));
    if (CertificateArn === undefined) throw new Error('NoCertificateArn');
    return CertificateArn;
  },
  collect: async (certificateArn) => {
    const input = {
      CertificateAuthorityArn: certificateAuthorityArn,
      CertificateArn: certificateArn,
    };
    try {
      return (await meaning('collect', client.send(new GetCertificateCommand(input)))).Certificate;
    } catch (error) {
      if (error instanceof RequestInProgressException) return undefined;
      throw error;
    }
  },
  revoke: async (serialHex) => {
    const command = new RevokeCertificateCommand({
      CertificateAuthorityArn: certificateAuthorityArn,
      CertificateSerial: serialWithColons(requireSerial(serialHex)),
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
