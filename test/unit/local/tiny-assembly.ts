/** A hand-written cloud assembly: a device API, an admin API, and functions of a few lines. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const functionOf = (name: string, variables: Readonly<Record<string, unknown>> = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: {
      S3Bucket: { 'Fn::Join': ['-', ['assets', { Ref: 'AWS::AccountId' }]] },
      S3Key: `${name}.zip`,
    },
    Environment: { Variables: variables },
    Handler: 'index.handler',
    MemorySize: 128,
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    Runtime: 'nodejs24.x',
    Timeout: 5,
  },
});

const api = (id: string, routeKey: string, authorization: string, functionId: string) => ({
  [id]: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: id, ProtocolType: 'HTTP' } },
  [`${id}Stage`]: {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: { ApiId: { Ref: id }, StageName: '$default', AutoDeploy: true },
  },
  [`${id}Integration`]: {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: {
      ApiId: { Ref: id },
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: { 'Fn::GetAtt': [functionId, 'Arn'] },
      PayloadFormatVersion: '2.0',
    },
  },
  [`${id}Route`]: {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: {
      ApiId: { Ref: id },
      AuthorizationType: authorization,
      RouteKey: routeKey,
      Target: { 'Fn::Join': ['', ['integrations/', { Ref: `${id}Integration` }]] },
    },
  },
});

const authorityArn = { 'Fn::GetAtt': ['Ca', 'Arn'] };

const authority = {
  Ca: {
    Type: 'AWS::ACMPCA::CertificateAuthority',
    Properties: {
      KeyAlgorithm: 'EC_prime256v1',
      SigningAlgorithm: 'SHA256WITHECDSA',
      Subject: { CommonName: 'tiny root' },
      Type: 'ROOT',
    },
  },
  CaCertificate: {
    Type: 'AWS::ACMPCA::Certificate',
    Properties: {
      CertificateAuthorityArn: authorityArn,
      CertificateSigningRequest: { 'Fn::GetAtt': ['Ca', 'CertificateSigningRequest'] },
      SigningAlgorithm: 'SHA256WITHECDSA',
      TemplateArn: 'arn:aws:acm-pca:::template/RootCACertificate/V1',
      Validity: { Type: 'YEARS', Value: 10 },
    },
  },
  CaActivation: {
    Type: 'AWS::ACMPCA::CertificateAuthorityActivation',
    Properties: {
      Certificate: { 'Fn::GetAtt': ['CaCertificate', 'Certificate'] },
      CertificateAuthorityArn: authorityArn,
      Status: 'ACTIVE',
    },
  },
};

const resources = {
  ...authority,
  ...api('DeviceApi', '$default', 'NONE', 'Device'),
  ...api('AdminApi', 'POST /challenges', 'AWS_IAM', 'Admin'),
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { Service: 'lambda.amazonaws.com' },
          },
        ],
      },
    },
  },
  Policy: {
    Type: 'AWS::IAM::Policy',
    Properties: {
      Roles: [{ Ref: 'Role' }],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'secretsmanager:GetSecretValue',
            Resource: { Ref: 'Secret' },
          },
          { Effect: 'Allow', Action: 'acm-pca:*', Resource: authorityArn },
          { Effect: 'Allow', Action: 'cloudtrail:LookupEvents', Resource: '*' },
          { Effect: 'Allow', Action: 'events:PutEvents', Resource: '*' },
          {
            Effect: 'Allow',
            Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
            Resource: { 'Fn::GetAtt': ['Table', 'Arn'] },
            Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['default#*'] } },
          },
        ],
      },
    },
  },
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    },
  },
  Secret: {
    Type: 'AWS::SecretsManager::Secret',
    Properties: { GenerateSecretString: { PasswordLength: 20 } },
  },
  Device: functionOf('device', { SECRET: { Ref: 'Secret' }, CERTIFICATE_AUTHORITY: authorityArn }),
  Admin: functionOf('admin', { CONNECTOR_DIRECTORY: '/connectors' }),
  Connector: {
    Type: 'AWS::SSM::Parameter',
    Properties: {
      Name: '/connectors/default',
      Type: 'String',
      Value: {
        'Fn::Join': [
          '',
          [
            '{"connectorId":"default","certificateAuthorityArn":"',
            authorityArn,
            '","scepUrl":"',
            { 'Fn::GetAtt': ['DeviceApi', 'ApiEndpoint'] },
            '/scep/default"}',
          ],
        ],
      },
    },
  },
};

/**
 * Tells the event, and calls a service over the wire as the query asks:
 * `?service=SECRETS_MANAGER&target=...`.
 */
const deviceHandler = `
export const handler = async (event) => {
  const { service, target, input } = event.queryStringParameters ?? {};
  if (!service) return { statusCode: 200, headers: { 'content-type': 'text/plain' }, body: JSON.stringify(event) };
  const response = await fetch(process.env['AWS_ENDPOINT_URL_' + service], {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-date': '20260101T000000Z',
      'x-amz-target': target,
      authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260101/us-east-1/x/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: input.replace('SECRET', process.env.SECRET).replace('AUTHORITY', process.env.CERTIFICATE_AUTHORITY),
  });
  return { statusCode: response.status, body: await response.text() };
};`;

/** Creates a new challenge on each call. */
const adminHandler = `
export const handler = async (event) => ({
  statusCode: 202,
  body: JSON.stringify({ Challenge: { Password: 'P' + Date.now() + event.requestContext.requestId } }),
});`;

/** Answers CloudFormation as the property UsageMode says, or does not. */
const customHandler = `
export const handler = async ({ ResponseURL, ResourceProperties, ...ids }) => {
  const put = (answer, headers = {}) => fetch(ResponseURL, {
    method: 'PUT', headers, body: Buffer.from(JSON.stringify({ PhysicalResourceId: 'x', ...answer })),
  });
  const answers = {
    succeeds: () => put({ Status: 'SUCCESS', Data: { NotAfter: ResourceProperties.Region + ids.RequestType } }),
    fails: () => put({ Status: 'FAILED', Reason: 'The CA is DISABLED.' }),
    anonymous: () => put({ Status: 'SUCCESS', PhysicalResourceId: '' }),
    typed: () => put({ Status: 'SUCCESS' }, { 'content-type': 'application/json' }),
    silent: () => undefined,
    hangs: () => new Promise((done) => setTimeout(done, 4000)),
    throws: () => { throw new TypeError('x'); },
  };
  await answers[ResourceProperties.UsageMode]();
};`;

/** Writes the assembly and returns its directory. `more` adds or replaces resources. */
export const writeTinyAssembly = (
  directory: string,
  more: Readonly<Record<string, unknown>> = {},
  outputs: Readonly<Record<string, unknown>> = {},
): string => {
  const handlers = { device: deviceHandler, admin: adminHandler, custom: customHandler };
  for (const [name, code] of Object.entries(handlers)) {
    mkdirSync(join(directory, name), { recursive: true });
    writeFileSync(join(directory, name, 'index.mjs'), code);
  }
  const files = Object.fromEntries(
    Object.keys(handlers).map((name) => [
      name,
      { source: { path: name }, destinations: { here: { objectKey: `${name}.zip` } } },
    ]),
  );
  const write = (file: string, value: unknown) =>
    writeFileSync(join(directory, file), JSON.stringify(value));
  write('assets.json', { files });
  write('template.json', { Resources: { ...resources, ...more }, Outputs: outputs });
  write('manifest.json', {
    artifacts: {
      assets: { type: 'cdk:asset-manifest', properties: { file: 'assets.json' } },
      Tiny: { type: 'aws:cloudformation:stack', properties: { templateFile: 'template.json' } },
    },
  });
  return directory;
};
