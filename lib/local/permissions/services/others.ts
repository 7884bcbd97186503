/** What a request to one of the smaller services needs to be allowed. */
import type { Json } from '../../emulators/aws-service.ts';
import { arn } from '../../template/resource-names.ts';
import type { AccessRequest, RequestContext } from '../access-request.ts';

/** The ARNs of secrets by name: a request may give either. */
export type SecretArns = Readonly<Record<string, string>>;

type Needs = (operation: string, input: Json, secretArns: SecretArns) => AccessRequest[];

const on =
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

// IssueCertificate's reference: the template where a request names none.
const defaultTemplateArn = 'arn:aws:acm-pca:::template/EndEntityCertificate/V1';

const templateOf = (operation: string, { TemplateArn }: Json): RequestContext =>
  operation === 'IssueCertificate'
    ? { 'acm-pca:TemplateArn': [String(TemplateArn ?? defaultTemplateArn)] }
    : {};

/** Every entry is allowed by itself, and one that is not refuses the whole request. */
const events: Needs = (operation, input) =>
  ((input.Entries ?? []) as readonly Json[]).map(({ EventBusName, Source, DetailType }) => {
    const bus = String(EventBusName ?? 'default').replace(/^arn:.*:event-bus\//, '');
    const context: RequestContext = {
      'events:source': [String(Source)],
      'events:detail-type': [String(DetailType)],
    };
    return { action: `events:${operation}`, resource: arn('events', `event-bus/${bus}`), context };
  });

/** By the prefix of the `X-Amz-Target` header. */
export const otherNeeds: Readonly<Record<string, Needs>> = {
  ACMPrivateCA: on('acm-pca', ({ CertificateAuthorityArn }) => CertificateAuthorityArn, templateOf),
  AWSEvents: events,
  AWSStepFunctions: on('states', (input) => input.stateMachineArn ?? input.executionArn),
  // The event history is the account's: LookupEvents has no resource.
  CloudTrail_20131101: on('cloudtrail', () => '*'),
  secretsmanager: on('secretsmanager', ({ SecretId }, secretArns) =>
    Object.hasOwn(secretArns, String(SecretId)) ? secretArns[String(SecretId)] : SecretId,
  ),
};
