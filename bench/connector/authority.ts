/** A CA in this process. It uses the local ACM PCA's signing code and signs at once. */
import { makeRaRequest } from '../../lambda/asn1/ra-request.ts';
import type { RaSecret } from '../../lambda/message/ra-identity.ts';
import { templateName } from '../../lambda/policy/certificate-template.ts';
import type { ApiPassthrough, CertificateOrder } from '../../lambda/ports/certificate-authority.ts';
import { buildRaApiPassthrough } from '../../lambda/ra/ra-api-passthrough.ts';
import { createAcmPca } from '../../lib/local/emulators/acm-pca.ts';
import type { Json } from '../../lib/local/emulators/aws-service.ts';
import { fromPem, toPem } from './pem.ts';

/** The CA and its RA. */
export interface BenchAuthority {
  /** Signs an order and returns the certificate as PEM. */
  readonly sign: (order: CertificateOrder) => string;
  /** The content of a connector's RA secret. */
  readonly raSecret: RaSecret;
  readonly raCertificate: Uint8Array;
  readonly caKeyPem: string;
}

const arn =
  'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/00000000-0000-4000-8000-000000000000';

/** Creates an RSA-2048 CA with an RA; the CA's key is kept in `directory`. */
export async function makeAuthority(directory: string): Promise<BenchAuthority> {
  const pca = createAcmPca({ directory, delaySeconds: 0, issueRatePerSecond: 1e6 });
  const configuration = {
    KeyAlgorithm: 'RSA_2048',
    SigningAlgorithm: 'SHA256WITHRSA',
    Subject: { CommonName: 'Bench CA' },
  };
  const definition = { arn, configuration, usageMode: 'GENERAL_PURPOSE' as const };
  const authority = await pca.ensureAuthority(definition, true);
  const issue = (request: Uint8Array, validityDays: number, ApiPassthrough: ApiPassthrough) =>
    pca.issueNow(authority, {
      Csr: Buffer.from(toPem('CERTIFICATE REQUEST', request)).toString('base64'),
      SigningAlgorithm: 'SHA256WITHRSA',
      TemplateArn: `arn:aws:acm-pca:::template/${templateName}`,
      Validity: { Type: 'DAYS', Value: validityDays },
      ApiPassthrough: ApiPassthrough as unknown as Json,
    });
  const { privateKeyPem, request } = await makeRaRequest('SCEP RA bench');
  const certificatePem = issue(request, 30, buildRaApiPassthrough('bench'));
  return {
    sign: (order) => issue(order.request, order.validityDays, order.passthrough),
    raSecret: { privateKeyPem, certificatePem, chainPem: authority.certificatePem ?? '' },
    raCertificate: fromPem(certificatePem),
    caKeyPem: authority.keyPem,
  };
}
