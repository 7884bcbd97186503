/**
 * ACM PCA (2017-08-22), as much as the app uses: asynchronous issuance, idempotency tokens,
 * templates, throttling. What a request may say is read from the service model
 * (models/aws/acm-pca.json), and from nothing of the functions.
 */
import {
  type Authorities,
  type Authority,
  type AuthorityDefinition,
  openAuthorities,
} from './acm-pca/authorities.ts';
import type { RandomOctets } from './acm-pca/certificate.ts';
import { openCertificates } from './acm-pca/certificates.ts';
import { issueCertificate } from './acm-pca/issue.ts';
import { createAcmPcaOperations } from './acm-pca/operations.ts';
import { applyQuotas } from './acm-pca/quotas.ts';
import type { AwsService, Json } from './aws-service.ts';
import { applyModel, readServiceModel, refuseFaults } from './service-model.ts';

/** How the local CA behaves. `issueRatePerSecond`: above it IssueCertificate is throttled. */
export interface AcmPcaOptions {
  readonly directory: string;
  readonly delaySeconds: number;
  readonly issueRatePerSecond: number;
  readonly now?: () => number;
  /** Makes serial numbers; seeded in tests. */
  readonly random?: RandomOctets;
  /** Changes what IssueCertificate is given, for tests of a CA that issues something else. */
  readonly alterOrder?: ((order: Json) => Json) | undefined;
}

/** The emulator, and what deploying a template needs beside its operations. */
export interface AcmPca extends AwsService {
  readonly authorities: Authorities;
  /**
   * Makes a CA where there is none, and gives it a self-signed certificate where `isActive` asks
   * for one.
   */
  readonly ensureAuthority: (
    definition: AuthorityDefinition,
    isActive: boolean,
  ) => Promise<Authority>;
  /** Signs at once, as CloudFormation waits for it, and gives the certificate as PEM. */
  readonly issueNow: (authority: Authority, input: Json) => string;
}

const model = readServiceModel('acm-pca.json');

/** Opens the CA's state in `directory`. */
export const createAcmPca = (options: AcmPcaOptions): AcmPca => {
  const now = options.now ?? Date.now;
  const authorities = openAuthorities(options.directory, now);
  const certificates = openCertificates(options.directory);
  const delayMilliseconds = options.delaySeconds * 1000;
  const { random, alterOrder = (order: Json) => order } = options;
  const context = { authorities, certificates, delayMilliseconds, now, random, alterOrder };
  const operations = applyModel(createAcmPcaOperations(context), model);
  const issueNow = (authority: Authority, input: Json): string =>
    issueCertificate(authority, input, new Date(now()), random).pem;
  return {
    name: 'ACM PCA',
    targetPrefix: 'ACMPrivateCA',
    operations: applyQuotas(operations, options.issueRatePerSecond, now),
    authorities,
    issueNow,
    ensureAuthority: async (definition, isActive) => {
      refuseFaults(model, 'CertificateAuthorityConfiguration', definition.configuration);
      const authority = await authorities.ensure(definition);
      if (isActive && !authority.certificatePem) {
        authorities.activate(authority.arn, issueNow(authority, selfSigned(authority)));
      }
      return authorities.find(authority.arn);
    },
  };
};

/**
 * The request of a CA that the template only refers to by its ARN: active from the start, ten years
 * long.
 */
const selfSigned = (authority: Authority): Json => ({
  Csr: Buffer.from(authority.requestPem).toString('base64'),
  SigningAlgorithm: authority.configuration.SigningAlgorithm,
  TemplateArn: 'arn:aws:acm-pca:::template/RootCACertificate/V1',
  Validity: { Type: 'YEARS', Value: 10 },
});
