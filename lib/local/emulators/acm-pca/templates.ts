/** The certificate templates of the local ACM PCA, and the extensions that each one forces. */
import { AwsError, type Json } from '../aws-service.ts';
import {
  buildBasicConstraints,
  buildCertificatePolicies,
  buildCustomExtension,
  buildExtendedKeyUsage,
  buildKeyUsage,
  createDuplicateExtensionError,
  type Extension,
  extensionIds,
} from './extensions.ts';

/** A template: its forced extensions, and whether it accepts `ApiPassthrough`. */
export interface Template {
  readonly isAuthority: boolean;
  readonly forced: readonly Extension[];
  readonly acceptsApiPassthrough: boolean;
}

const endEntityUsage = buildKeyUsage({ DigitalSignature: true, KeyEncipherment: true });
const createPurpose = (...types: string[]): Extension =>
  buildExtendedKeyUsage(types.map((type) => ({ ExtendedKeyUsageType: type })));

const createEndEntity = (acceptsApiPassthrough: boolean, ...forced: Extension[]): Template => ({
  isAuthority: false,
  forced: [buildBasicConstraints(false), ...forced],
  acceptsApiPassthrough,
});

const serverAndClient = [endEntityUsage, createPurpose('SERVER_AUTH', 'CLIENT_AUTH')];
const client = [endEntityUsage, createPurpose('CLIENT_AUTH')];
const server = [endEntityUsage, createPurpose('SERVER_AUTH')];

// CSRPassthrough templates are missing on purpose. The service never uses one, and its roles forbid
// them.
const templates: Readonly<Record<string, Template>> = {
  'EndEntityCertificate/V1': createEndEntity(false, ...serverAndClient),
  'EndEntityCertificate_APIPassthrough/V1': createEndEntity(true, ...serverAndClient),
  'EndEntityClientAuthCertificate/V1': createEndEntity(false, ...client),
  'EndEntityClientAuthCertificate_APIPassthrough/V1': createEndEntity(true, ...client),
  'EndEntityServerAuthCertificate/V1': createEndEntity(false, ...server),
  'EndEntityServerAuthCertificate_APIPassthrough/V1': createEndEntity(true, ...server),
  'BlankEndEntityCertificate_APIPassthrough/V1': createEndEntity(true),
  'RootCACertificate/V1': {
    isAuthority: true,
    forced: [
      buildBasicConstraints(true),
      buildKeyUsage({ DigitalSignature: true, KeyCertSign: true, CRLSign: true }),
    ],
    acceptsApiPassthrough: false,
  },
};

/**
 * Finds the template of an ARN. The default is EndEntityCertificate/V1, as in the service. Refuses
 * a template that is not modelled.
 */
export const findTemplate = (arn: string | undefined): Template => {
  const name =
    arn === undefined
      ? 'EndEntityCertificate/V1'
      : /^arn:aws[\w-]*:acm-pca:::template\/(.+)$/.exec(arn)?.[1];
  const template = name && Object.hasOwn(templates, name) ? templates[name] : undefined;
  if (template) return template;
  throw new AwsError('InvalidArgsException', `The local CA does not support the template ${arn}`);
};

/**
 * Builds the template's extensions and those of `ApiPassthrough` that it does not force ("template
 * > API"). The caller adds SubjectAlternativeNames, which can come from the request. Refuses a
 * duplicate.
 */
export const buildTemplateExtensions = (template: Template, passthrough: Json): Extension[] => {
  const { KeyUsage, ExtendedKeyUsage, CertificatePolicies, CustomExtensions } = passthrough;
  const given: Extension[] = [
    ...(KeyUsage ? [buildKeyUsage(KeyUsage as Json)] : []),
    ...(ExtendedKeyUsage ? [buildExtendedKeyUsage(ExtendedKeyUsage as readonly Json[])] : []),
    ...(CertificatePolicies
      ? [buildCertificatePolicies(CertificatePolicies as readonly Json[])]
      : []),
    ...((CustomExtensions ?? []) as readonly Json[]).map(buildCustomExtension),
  ];
  const ids = given.map(({ id }) => id);
  const duplicate = ids.find((id, index) => ids.indexOf(id) !== index);
  if (duplicate !== undefined) throw createDuplicateExtensionError(duplicate);
  const taken = new Set<string>([
    ...template.forced.map(({ id }) => id),
    extensionIds.authorityKeyIdentifier,
    extensionIds.subjectKeyIdentifier,
  ]);
  return [...template.forced, ...given.filter(({ id }) => !taken.has(id))];
};
