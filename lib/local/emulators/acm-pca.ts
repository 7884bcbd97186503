/**
 * The part of ACM PCA (2017-08-22) that the app uses: asynchronous issuance, idempotency tokens,
 * templates and throttling. Requests are checked against the service model
 * (models/aws/acm-pca.json), independently of the functions' code.
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

/** The behaviour of the local CA. Above `issueRatePerSecond`, IssueCertificate is throttled. */
export interface AcmPcaOptions {
  readonly directory: string;
  readonly delaySeconds: number;
  readonly issueRatePerSecond: number;
  readonly now?: () => number;
  /** The source of serial numbers; seeded in tests. */
  readonly random?: RandomOctets;
  /** Changes the input of IssueCertificate, to test a CA that issues something else. */
  readonly alterOrder?: ((order: Json) => Json) | undefined;
}

/** The emulator, and the additional operations for deploying a template. */
export interface AcmPca extends AwsService {
  readonly authorities: Authorities;
  /** Creates the CA if it is missing. If `isActive`, gives it a self-signed certificate. */
  readonly ensureAuthority: (
    definition: AuthorityDefinition,
    isActive: boolean,
  ) => Promise<Authority>;
  /** Signs at once, since CloudFormation waits for the certificate. Returns PEM. */
  readonly issueNow: (authority: Authority, input: Json) => string;
}

const model = readServiceModel('acm-pca.json');

/** Opens the state in `directory` and creates the emulator. */
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
        authorities.activate(authority.arn, issueNow(authority, buildSelfSignedOrder(authority)));
      }
      return authorities.find(authority.arn);
    },
  };
};

/**
 * Builds the certificate request of a CA that the template only refers to by ARN. It is active from
 * the start and valid for ten years.
 */
const buildSelfSignedOrder = (authority: Authority): Json => ({
  Csr: Buffer.from(authority.requestPem).toString('base64'),
  SigningAlgorithm: authority.configuration.SigningAlgorithm,
  TemplateArn: 'arn:aws:acm-pca:::template/RootCACertificate/V1',
  Validity: { Type: 'YEARS', Value: 10 },
});
