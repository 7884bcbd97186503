/**
 * Lambda takes 4,096 bytes of environment in all, names and values, and refuses a deployment with
 * more. It counts the JSON of the variables, in which each quote of a value is escaped.
 */
import type { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { toConnectorSettings } from '../../../lib/cloud/connector-settings.ts';
import { ScepService } from '../../../lib/cloud/scep-service.ts';
import { pathOf } from './policies.ts';
import { declareConnector, newStack, synthesizeStack } from './synthesis.ts';

const maxBytes = 4096;
const region = 'ap-southeast-1';
const account = '111122223333';

/**
 * What `Ref` of each type of resource is at run time, at its longest: CloudFormation adds 12 or 13
 * characters to a logical id.
 */
const references: Readonly<Record<string, (logicalId: string) => string>> = {
  'AWS::SecretsManager::Secret': (id) =>
    `arn:aws:secretsmanager:${region}:${account}:secret:${id}-${'x'.repeat(12)}-${'x'.repeat(6)}`,
  'AWS::StepFunctions::StateMachine': (id) =>
    `arn:aws:states:${region}:${account}:stateMachine:${id}-${'x'.repeat(12)}`,
  'AWS::DynamoDB::Table': (id) => `ScepConnector-${id}-${'x'.repeat(13)}`,
};

const pseudo: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::AccountId': account,
  'AWS::URLSuffix': 'amazonaws.com',
};

/** A value of a template as it is at run time. */
function resolved(value: unknown, template: Template): string {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::Join': join, 'Fn::GetAtt': attribute } = value as Record<string, unknown>;
  if (Array.isArray(join)) return join[1].map((one: unknown) => resolved(one, template)).join('');
  if (Array.isArray(attribute) && attribute[1] === 'ApiEndpoint')
    return `https://${'x'.repeat(10)}.execute-api.${region}.amazonaws.com`;
  const name = String(Ref);
  const type = template.toJSON().Resources[name]?.Type;
  const text = pseudo[name] ?? references[type]?.(name);
  if (text === undefined) throw new Error(`not known: ${JSON.stringify(value)}`);
  return text;
}

/** The bytes of each function's environment, by its path. */
const sizesIn = (template: Template): Record<string, number> =>
  Object.fromEntries(
    Object.values(template.findResources('AWS::Lambda::Function')).map((each) => {
      const variables = Object.entries(each.Properties.Environment.Variables);
      const resolvedValues = variables.map(([name, value]) => [name, resolved(value, template)]);
      return [pathOf(each), Buffer.byteLength(JSON.stringify(Object.fromEntries(resolvedValues)))];
    }),
  );

/** An Intune connector has the most to know. */
const intune = {
  tenantId: '11111111-2222-4333-8444-555555555555',
  applicationId: '66666666-7777-4888-8999-aaaaaaaaaaaa',
  authentication: 'clientSecret',
} as const;

/** The largest profile that a connector may have. */
function largestProfile() {
  const profileOf = (octets: number) => ({
    subject: {
      CN: Array.from({ length: Math.ceil(octets / 64) }, (_, at) =>
        'x'.repeat(Math.min(64, octets - 64 * at)),
      ),
    },
  });
  let octets = 1;
  try {
    for (; ; octets += 1)
      toConnectorSettings({ intune, profile: profileOf(octets + 1) }, 'GENERAL_PURPOSE');
  } catch (error) {
    expect(error).toMatchObject({ code: 'settingsTooLarge' });
    return profileOf(octets);
  }
}

it('every environment fits, for 50 connectors with the longest ids and settings', () => {
  const stack = newStack();
  const service = new ScepService(stack, 'Service');
  const profile = largestProfile();
  const connectorIds = Array.from({ length: 50 }, (_, at) => `${at}`.padStart(32, 'x'));
  for (const connectorId of connectorIds)
    declareConnector(stack, { service, connectorId, profile, intune });
  const sizes = sizesIn(synthesizeStack(stack));
  expect(Object.entries(sizes).filter(([, bytes]) => bytes > maxBytes)).toEqual([]);
  expect(Math.max(...Object.values(sizes))).toBeGreaterThan(maxBytes * 0.9);
});

it('the environment of the NDES page fits, with the longest id, username and constraints', () => {
  const stack = newStack();
  const atLimits = { CN: Array(20).fill('x'.repeat(64)), O: Array(9).fill('x'.repeat(64)) };
  const ndesAdminPage = { username: 'x'.repeat(64), constraints: { subject: atLimits } };
  declareConnector(stack, { connectorId: 'x'.repeat(32), ndesAdminPage });
  const sizes = sizesIn(synthesizeStack(stack));
  const size = Object.entries(sizes).find(([path]) => path.includes('NdesAdmin'))?.[1];
  expect(size).toBeGreaterThan(maxBytes * 0.6);
  expect(size).toBeLessThanOrEqual(maxBytes);
});
