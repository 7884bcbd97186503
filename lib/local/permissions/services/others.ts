/** The permissions that a request to one of the smaller services needs. */
import type { Json } from '../../emulators/aws-service.ts';
import { formatArn } from '../../template/resource-names.ts';
import type { AccessRequest, RequestContext } from '../access-request.ts';

/** The ARNs of secrets by name, because a request can contain either. */
export type SecretArns = Readonly<Record<string, string>>;

type Needs = (operation: string, input: Json, secretArns: SecretArns) => AccessRequest[];

const createNeeds =
  (
    service: string,
    resourceOf: (input: Json, secretArns: SecretArns) => unknown,
    contextOf: (operation: string, input: Json) => RequestContext = () => ({}),
  ): Needs =>
  (operation, input, secretArns) => [
    {
      action: `${service}:${operation}`,
      resource: String(resourceOf(input, secretArns) ?? '*'),
      context: contextOf(operation, input),
    },
  ];

// The default in IssueCertificate's reference, for a request without a template.
const defaultTemplateArn = 'arn:aws:acm-pca:::template/EndEntityCertificate/V1';

const readTemplateContext = (operation: string, { TemplateArn }: Json): RequestContext =>
  operation === 'IssueCertificate'
    ? { 'acm-pca:TemplateArn': [String(TemplateArn ?? defaultTemplateArn)] }
    : {};

/** Each entry needs its own permission, and one denied entry refuses the whole request. */
const listEventNeeds: Needs = (operation, input) =>
  ((input.Entries ?? []) as readonly Json[]).map(({ EventBusName, Source, DetailType }) => {
    const bus = String(EventBusName ?? 'default').replace(/^arn:.*:event-bus\//, '');
    const context: RequestContext = {
      'events:source': [String(Source)],
      'events:detail-type': [String(DetailType)],
    };
    return {
      action: `events:${operation}`,
      resource: formatArn('events', `event-bus/${bus}`),
      context,
    };
  });

/** The permissions of each service, by the prefix of its `X-Amz-Target` header. */
export const otherNeeds: Readonly<Record<string, Needs>> = {
  ACMPrivateCA: createNeeds(
    'acm-pca',
    ({ CertificateAuthorityArn }) => CertificateAuthorityArn,
    readTemplateContext,
  ),
  AWSEvents: listEventNeeds,
  AmazonSSM: createNeeds('ssm', ({ Path }) =>
    formatArn('ssm', `parameter${String(Path).replace(/\/$/, '')}`),
  ),
  AWSStepFunctions: createNeeds('states', (input) => input.stateMachineArn ?? input.executionArn),
  // The event history belongs to the account, so LookupEvents has no resource.
  CloudTrail_20131101: createNeeds('cloudtrail', () => '*'),
  secretsmanager: createNeeds('secretsmanager', ({ SecretId }, secretArns) =>
    Object.hasOwn(secretArns, String(SecretId)) ? secretArns[String(SecretId)] : SecretId,
  ),
};
