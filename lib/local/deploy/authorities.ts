/**
 * Certificate authorities: those that the template creates and activates, and those that it only
 * names by ARN.
 */
import type { AuthorityDefinition } from '../emulators/acm-pca/authorities.ts';
import { findNamedAuthorities } from '../template/adopted-authorities.ts';
import type { Resource } from '../template/resources.ts';
import { NotModelledError } from '../template/template.ts';
import type { Deployment } from './deployment.ts';

/** Creates the CAs; refuses all but self-signed roots. */
export const deployAuthorities = async (deployment: Deployment): Promise<void> => {
  const { acmPca, resources } = deployment;
  for (const resource of resources.ofType('AWS::ACMPCA::CertificateAuthority')) {
    if (resource.properties.Type !== 'ROOT')
      throw new NotModelledError(`${resource.where}: a subordinate CA`);
    const { requestPem } = await acmPca.ensureAuthority(readDefinition(resource), false);
    resources.publish(resource.logicalId, {
      Arn: resource.arn,
      CertificateSigningRequest: requestPem,
    });
  }
  for (const certificate of resources.ofType('AWS::ACMPCA::Certificate')) {
    resources.publish(certificate.logicalId, {
      Certificate: await issueRoot(deployment, certificate),
    });
  }
  for (const { properties } of resources.ofType('AWS::ACMPCA::CertificateAuthorityActivation')) {
    const arn = String(properties.CertificateAuthorityArn);
    if (acmPca.authorities.find(arn).certificatePem) continue;
    acmPca.authorities.activate(arn, String(properties.Certificate));
  }
  for (const definition of defineNamedAuthorities(deployment)) {
    await acmPca.ensureAuthority(definition, true);
  }
};

const readDefinition = ({ arn, properties }: Resource): AuthorityDefinition => ({
  arn,
  configuration: {
    KeyAlgorithm: String(properties.KeyAlgorithm),
    SigningAlgorithm: String(properties.SigningAlgorithm),
    Subject: (properties.Subject ?? {}) as Readonly<Record<string, unknown>>,
  },
  usageMode: readUsageMode(properties.UsageMode),
});

/** Issues the root's own certificate at the first start; later starts reuse it. */
const issueRoot = async (
  { acmPca }: Deployment,
  { properties, where }: Resource,
): Promise<string> => {
  const { CertificateAuthorityArn, CertificateSigningRequest, ...request } = properties;
  if (!String(request.TemplateArn).endsWith(':template/RootCACertificate/V1')) {
    throw new NotModelledError(`${where}: a certificate that is not the root's own`);
  }
  const authority = acmPca.authorities.find(String(CertificateAuthorityArn));
  return (
    authority.certificatePem ??
    acmPca.issueNow(authority, { ...request, Csr: encodeBase64(CertificateSigningRequest) })
  );
};

const encodeBase64 = (pem: unknown): string => Buffer.from(String(pem)).toString('base64');

/**
 * The CAs outside the template. The template does not describe their keys, so here each one is as
 * its first connector declares it: of that usage mode, with a key that its signing algorithm fits,
 * active, and valid for ten years.
 */
const defineNamedAuthorities = ({ assembly, resources }: Deployment): AuthorityDefinition[] =>
  findNamedAuthorities(assembly.template).map((arn) => {
    const described = resources
      .ofType('Custom::ScepCertificateAuthority')
      .find(({ properties }) => properties.CertificateAuthorityArn === arn);
    const { SigningAlgorithm = 'SHA256WITHRSA', UsageMode } = described?.properties ?? {};
    const isEc = String(SigningAlgorithm).endsWith('WITHECDSA');
    return {
      arn,
      configuration: {
        KeyAlgorithm: isEc ? 'EC_prime256v1' : 'RSA_2048',
        SigningAlgorithm: isEc ? 'SHA256WITHECDSA' : 'SHA256WITHRSA',
        Subject: { CommonName: 'stand-in for an existing CA' },
      },
      usageMode: readUsageMode(UsageMode),
    };
  });

const readUsageMode = (value: unknown): AuthorityDefinition['usageMode'] =>
  value === 'SHORT_LIVED_CERTIFICATE' ? 'SHORT_LIVED_CERTIFICATE' : 'GENERAL_PURPOSE';
