/** The operations of ACM PCA on the CAs and certificates of one directory. */
import { X509Certificate } from 'node:crypto';
import {
  AwsError,
  type Json,
  type Operation,
  readOptionalText,
  requireText,
} from '../aws-service.ts';
import { type Authorities, type Authority, readSpki } from './authorities.ts';
import type { RandomOctets } from './certificate.ts';
import type { Certificates, IssuedCertificate } from './certificates.ts';
import { describeAuthority } from './describe.ts';
import { issueCertificate } from './issue.ts';

const idempotencyWindowMilliseconds = 5 * 60 * 1000;

/** What the operations work on. */
export interface AcmPcaContext {
  readonly authorities: Authorities;
  readonly certificates: Certificates;
  readonly delayMilliseconds: number;
  readonly now: () => number;
  readonly random?: RandomOctets;
  /** Changes what IssueCertificate is given. */
  readonly alterOrder: (order: Json) => Json;
}

/** The operations by name, without their quotas. */
export const createAcmPcaOperations = (context: AcmPcaContext): Record<string, Operation> => {
  const { authorities } = context;
  const authorityOf = (input: Json): Authority =>
    authorities.find(requireText(input, 'CertificateAuthorityArn'));
  return {
    IssueCertificate: (input) => issue(context, authorityOf(input), input),
    GetCertificate: (input) => {
      const { pem } = availableCertificate(
        context,
        authorityOf(input),
        requireText(input, 'CertificateArn'),
      );
      return { Certificate: pem, CertificateChain: authorityOf(input).certificatePem };
    },
    // A root has no chain: the service leaves the member out.
    GetCertificateAuthorityCertificate: (input) => ({
      Certificate: activeCertificate(authorityOf(input)),
    }),
    GetCertificateAuthorityCsr: (input) => ({ Csr: authorityOf(input).requestPem }),
    ImportCertificateAuthorityCertificate: (input) =>
      importCertificate(authorities, authorityOf(input), input),
    DescribeCertificateAuthority: (input) => ({
      CertificateAuthority: describeAuthority(authorityOf(input)),
    }),
    RevokeCertificate: (input) => revoke(context, authorityOf(input), input),
  };
};

const issue = (context: AcmPcaContext, authority: Authority, input: Json): Json => {
  const at = context.now();
  const token = readOptionalText(input, 'IdempotencyToken');
  const before = token && context.certificates.findByToken(authority.arn, token);
  if (before && at - before.issuedAt < idempotencyWindowMilliseconds)
    return { CertificateArn: before.arn };

  const { serialHex, pem } = issueCertificate(
    authority,
    context.alterOrder(input),
    new Date(at),
    context.random,
  );
  const arn = `${authority.arn}/certificate/${serialHex}`;
  context.certificates.add({
    kind: 'issued',
    arn,
    authorityArn: authority.arn,
    pem,
    issuedAt: at,
    availableAt: at + context.delayMilliseconds,
    ...(token ? { idempotencyToken: token } : {}),
  });
  return { CertificateArn: arn };
};

/** The certificate, once there is one to see. */
const availableCertificate = (
  context: AcmPcaContext,
  authority: Authority,
  arn: string,
): IssuedCertificate => {
  if (!arn.startsWith(`${authority.arn}/certificate/`)) {
    throw new AwsError('InvalidArnException', `Not the ARN of a certificate of ${authority.arn}`);
  }
  const certificate = context.certificates.find(arn);
  if (!certificate)
    throw new AwsError('ResourceNotFoundException', `Could not find certificate ${arn}`);
  if (context.now() >= certificate.availableAt) return certificate;
  throw new AwsError('RequestInProgressException', 'Your request is already in progress.');
};

const activeCertificate = (authority: Authority): string => {
  if (authority.certificatePem) return authority.certificatePem;
  throw new AwsError('InvalidStateException', 'The certificate authority has no certificate yet');
};

const importCertificate = (
  authorities: Authorities,
  authority: Authority,
  input: Json,
): undefined => {
  if (authority.certificatePem) {
    throw new AwsError('InvalidStateException', 'The certificate authority is active already');
  }
  const pem = Buffer.from(requireText(input, 'Certificate'), 'base64').toString('latin1');
  const { publicKey } = parseCertificate(pem);
  if (!publicKey.export({ type: 'spki', format: 'der' }).equals(readSpki(authority.keyPem))) {
    throw new AwsError(
      'CertificateMismatchException',
      'The certificate is not of the key of the CA',
    );
  }
  authorities.activate(authority.arn, pem);
  return undefined;
};

const parseCertificate = (pem: string): X509Certificate => {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new AwsError('MalformedCertificateException', 'Not a certificate in PEM');
  }
};

const revoke = (context: AcmPcaContext, authority: Authority, input: Json): undefined => {
  const reason = requireText(input, 'RevocationReason');
  activeCertificate(authority);
  // As `openssl x509` prints it, with colons or without. Any other form, such as one with the
  // INTEGER's octet 00, is not found.
  const serial = requireText(input, 'CertificateSerial').replaceAll(':', '').toLowerCase();
  const { arn, pem } = availableCertificate(
    context,
    authority,
    `${authority.arn}/certificate/${serial}`,
  );
  if (pem === authority.certificatePem) {
    throw new AwsError(
      'InvalidRequestException',
      'You cannot revoke a root CA self-signed certificate',
    );
  }
  if (context.certificates.isRevoked(arn)) {
    throw new AwsError(
      'RequestAlreadyProcessedException',
      'Your request has already been completed.',
    );
  }
  context.certificates.revoke({ arn, reason, revokedAt: context.now() });
  return undefined;
};
