/** A local CA for a test. Its requests and responses are checked against the service model. */
import { X509Certificate } from 'node:crypto';
import type { UsageMode } from '../../../lib/local/emulators/acm-pca/authorities.ts';
import { type AcmPca, createAcmPca } from '../../../lib/local/emulators/acm-pca.ts';
import { type Json, runOperation } from '../../../lib/local/emulators/aws-service.ts';
import { buildCsr, type CsrOptions } from '../../support/kit/csr.ts';
import { conforming, loadServiceModel } from './service-model.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export const caArn =
  'arn:aws:acm-pca:us-east-1:000000000000:certificate-authority/11111111-2222-3333-4444-555555555555';
export const templateArn = (name: string): string => `arn:aws:acm-pca:::template/${name}/V1`;
export const blankTemplate = templateArn('BlankEndEntityCertificate_APIPassthrough');

/** The model of ACM PCA. */
export const model = loadServiceModel('acm-pca.json');

/** Builds a CSR as the API sends it: PEM in base64. */
export const csrBlob = (options?: CsrOptions): string => {
  const lines =
    Buffer.from(buildCsr(options))
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${lines.join('\n')}\n-----END CERTIFICATE REQUEST-----\n`;
  return Buffer.from(pem).toString('base64');
};

interface CaOptions {
  readonly directory?: string;
  readonly delaySeconds?: number;
  readonly issueRatePerSecond?: number;
  readonly usageMode?: UsageMode;
  readonly keyAlgorithm?: string;
  readonly isActive?: boolean;
  readonly random?: (count: number) => Uint8Array;
}

/** A clock that a test moves. */
const startTime = Date.UTC(2026, 0, 31, 12);

/** Opens a CA with its clock, and with short forms of its calls. */
export const openCa = async (options: CaOptions = {}) => {
  let clock = startTime;
  const {
    keyAlgorithm = 'EC_prime256v1',
    usageMode = 'GENERAL_PURPOSE',
    isActive = true,
  } = options;
  const directory = options.directory ?? temporaryDirectory();
  const ca: AcmPca = conforming(
    createAcmPca({
      directory,
      delaySeconds: options.delaySeconds ?? 0,
      issueRatePerSecond: options.issueRatePerSecond ?? 1000,
      now: () => clock,
      random: options.random,
    }),
    model,
  );
  const SigningAlgorithm = keyAlgorithm.startsWith('RSA') ? 'SHA256WITHRSA' : 'SHA256WITHECDSA';
  const configuration = {
    KeyAlgorithm: keyAlgorithm,
    SigningAlgorithm,
    Subject: { CommonName: 'root' },
  };
  await ca.ensureAuthority({ arn: caArn, configuration, usageMode }, isActive);

  const call = (operation: string, input: Json): Promise<unknown> =>
    runOperation(ca, operation, { CertificateAuthorityArn: caArn, ...input });
  const issue = async (changes: Json = {}) =>
    (await call('IssueCertificate', {
      Csr: csrBlob(),
      SigningAlgorithm,
      TemplateArn: blankTemplate,
      Validity: { Type: 'DAYS', Value: 5 },
      ...changes,
    })) as { CertificateArn: string };
  const get = async (CertificateArn: string) => {
    const { Certificate } = (await call('GetCertificate', { CertificateArn })) as {
      Certificate: string;
    };
    return new X509Certificate(Certificate);
  };
  return {
    ca,
    directory,
    call,
    issue,
    get,
    issued: async (changes?: Json) => get((await issue(changes)).CertificateArn),
    now: () => clock,
    pass: (seconds: number) => {
      clock += seconds * 1000;
    },
  };
};

/** An expected error with this code. */
export const refusal = (code: string): object => ({ code });
