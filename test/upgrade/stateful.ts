/** The resources whose replacement loses something, and the properties that replace them. */

/** A resource of a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/**
 * By resource type: what a replacement loses, and the properties whose change makes another one.
 * They are those of CloudFormation's reference with "Update requires: Replacement", and those that
 * make a new value of a secret. A change of an attribute's type replaces a table, an added
 * attribute does not.
 */
const statefulTypes: Readonly<
  Record<string, { readonly loses: string; readonly replacing: readonly string[] }>
> = {
  'AWS::DynamoDB::Table': {
    loses: 'its items',
    replacing: ['TableName', 'KeySchema', 'LocalSecondaryIndexes', 'ImportSourceSpecification'],
  },
  'AWS::SecretsManager::Secret': {
    loses: 'its value',
    replacing: ['Name', 'GenerateSecretString', 'SecretString'],
  },
  'AWS::ACMPCA::CertificateAuthority': {
    loses: 'its key',
    replacing: [
      ...['KeyAlgorithm', 'SigningAlgorithm', 'Subject', 'Type', 'UsageMode', 'CsrExtensions'],
      'KeyStorageSecurityStandard',
    ],
  },
  'AWS::ACMPCA::Certificate': {
    loses: 'the certificate that devices trust',
    replacing: [
      ...['CertificateAuthorityArn', 'CertificateSigningRequest', 'SigningAlgorithm'],
      ...['TemplateArn', 'Validity', 'ValidityNotBefore', 'ApiPassthrough'],
    ],
  },
  'AWS::ApiGatewayV2::Api': {
    loses: 'the host name in the profiles of devices',
    replacing: ['ProtocolType'],
  },
};

/** The role that Entra ID trusts by its ARN. A role of another name or id has another ARN. */
const federatedRole = {
  loses: 'the subject of the federated credential in Entra ID',
  replacing: ['RoleName', 'Path'],
};

/** That role is the only one whose trust names no service of AWS. */
const isFederatedRole = ({ Type, Properties }: Resource): boolean =>
  Type === 'AWS::IAM::Role' &&
  !JSON.stringify(Properties?.AssumeRolePolicyDocument).includes('"Service"');

/** What is lost with a resource, or undefined for one without state. */
export const findState = (resource: Resource) =>
  isFederatedRole(resource) ? federatedRole : statefulTypes[resource.Type];
