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

/** Dependencies of the operations. */
export interface AcmPcaContext {
  readonly authorities: Authorities;
  readonly certificates: Certificates;
  readonly delayMilliseconds: number;
  readonly now: () => number;
  readonly random?: RandomOctets;
  /** Changes the input of IssueCertificate. */
  readonly alterOrder: (order: Json) => Json;
}

/** Creates the operations by name, without their quotas. */
export const createAcmPcaOperations = (context: AcmPcaContext): Record<string, Operation> => {
  const { authorities } = context;
  const findAuthority = (input: Json): Authority =>
    authorities.find(requireText(input, 'CertificateAuthorityArn'));
  return {
    IssueCertificate: (input) => issue(context, findAuthority(input), input),
    GetCertificate: (input) => {
      const { pem } = findAvailableCertificate(
        context,
        findAuthority(input),
        requireText(input, 'CertificateArn'),
      );
      return { Certificate: pem, CertificateChain: findAuthority(input).certificatePem };
    },
    // A root has no chain, so the service omits the member.
    GetCertificateAuthorityCertificate: (input) => ({
      Certificate: requireActiveCertificate(findAuthority(input)),
    }),
    GetCertificateAuthorityCsr: (input) => ({ Csr: findAuthority(input).requestPem }),
    ImportCertificateAuthorityCertificate: (input) =>
      importCertificate(authorities, findAuthority(input), input),
    DescribeCertificateAuthority: (input) => ({
      CertificateAuthority: describeAuthority(findAuthority(input)),
    }),
    RevokeCertificate: (input) => revoke(context, findAuthority(input), input),
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

/** Finds an issued certificate. Before it is available, throws RequestInProgressException. */
const findAvailableCertificate = (
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

const requireActiveCertificate = (authority: Authority): string => {
  if (authority.certificatePem) return authority.certificatePem;
  throw new AwsError('InvalidStateException', 'The certificate authority has no certificate yet');
};

const importCertificate = (
  authorities: Authorities,
  authority: Authority,
  input: Json,
): undefined => {
  if (authority.certificatePem) {
    throw new AwsError('InvalidStateException', 'The certificate authority is already active');
  }
  const pem = Buffer.from(requireText(input, 'Certificate'), 'base64').toString('latin1');
  const { publicKey } = parseCertificate(pem);
  if (!publicKey.export({ type: 'spki', format: 'der' }).equals(readSpki(authority.keyPem))) {
    throw new AwsError(
      'CertificateMismatchException',
      'The certificate does not contain the key of the CA',
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
  requireActiveCertificate(authority);
  // The form of `openssl x509`, with or without colons. Any other form, such as one with the
  // INTEGER's octet 00, is not found.
  const serial = requireText(input, 'CertificateSerial').replaceAll(':', '').toLowerCase();
  const { arn, pem } = findAvailableCertificate(
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
