/**
 * The certificate templates of ACM PCA that the local CA knows, and what each forces into a
 * certificate.
 */
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

/** A template: what it forces, and whether it takes anything from `ApiPassthrough`. */
export interface Template {
  readonly isAuthority: boolean;
  readonly forced: readonly Extension[];
  readonly takesApiPassthrough: boolean;
}

const endEntityUsage = buildKeyUsage({ DigitalSignature: true, KeyEncipherment: true });
const purpose = (...types: string[]): Extension =>
  buildExtendedKeyUsage(types.map((type) => ({ ExtendedKeyUsageType: type })));

const endEntity = (takesApiPassthrough: boolean, ...forced: Extension[]): Template => ({
  isAuthority: false,
  forced: [buildBasicConstraints(false), ...forced],
  takesApiPassthrough,
});

const serverAndClient = [endEntityUsage, purpose('SERVER_AUTH', 'CLIENT_AUTH')];
const client = [endEntityUsage, purpose('CLIENT_AUTH')];
const server = [endEntityUsage, purpose('SERVER_AUTH')];

// No CSRPassthrough template is here, on purpose: this service never uses one, and its roles forbid
// them.
const templates: Readonly<Record<string, Template>> = {
  'EndEntityCertificate/V1': endEntity(false, ...serverAndClient),
  'EndEntityCertificate_APIPassthrough/V1': endEntity(true, ...serverAndClient),
  'EndEntityClientAuthCertificate/V1': endEntity(false, ...client),
  'EndEntityClientAuthCertificate_APIPassthrough/V1': endEntity(true, ...client),
  'EndEntityServerAuthCertificate/V1': endEntity(false, ...server),
  'EndEntityServerAuthCertificate_APIPassthrough/V1': endEntity(true, ...server),
  'BlankEndEntityCertificate_APIPassthrough/V1': endEntity(true),
  'RootCACertificate/V1': {
    isAuthority: true,
    forced: [
      buildBasicConstraints(true),
      buildKeyUsage({ DigitalSignature: true, KeyCertSign: true, CRLSign: true }),
    ],
    takesApiPassthrough: false,
  },
};

/** The template an ARN names; without one, EndEntityCertificate/V1, as the service has it. */
export const findTemplate = (arn: string | undefined): Template => {
  const name =
    arn === undefined
      ? 'EndEntityCertificate/V1'
      : /^arn:aws[\w-]*:acm-pca:::template\/(.+)$/.exec(arn)?.[1];
  const template = name && Object.hasOwn(templates, name) ? templates[name] : undefined;
  if (template) return template;
  throw new AwsError('InvalidArgsException', `The local CA does not know the template ${arn}`);
};

/**
 * The template's extensions, and those of `ApiPassthrough` that the template leaves free ("template
 * > API"). SubjectAlternativeNames are the caller's: they may also come from the request. Refuses
 * one that is there twice.
 */
export const buildTemplateExtensions = (template: Template, passthrough: Json): Extension[] => {
  const { KeyUsage, ExtendedKeyUsage, CertificatePolicies, CustomExtensions } = passthrough;
  const asked: Extension[] = [
    ...(KeyUsage ? [buildKeyUsage(KeyUsage as Json)] : []),
    ...(ExtendedKeyUsage ? [buildExtendedKeyUsage(ExtendedKeyUsage as readonly Json[])] : []),
    ...(CertificatePolicies
      ? [buildCertificatePolicies(CertificatePolicies as readonly Json[])]
      : []),
    ...((CustomExtensions ?? []) as readonly Json[]).map(buildCustomExtension),
  ];
  const ids = asked.map(({ id }) => id);
  const duplicate = ids.find((id, index) => ids.indexOf(id) !== index);
  if (duplicate !== undefined) throw createDuplicateExtensionError(duplicate);
  const taken = new Set<string>([
    ...template.forced.map(({ id }) => id),
    extensionIds.authorityKeyIdentifier,
    extensionIds.subjectKeyIdentifier,
  ]);
  return [...template.forced, ...asked.filter(({ id }) => !taken.has(id))];
};
