import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { environment } from '../../../lambda/config/environment.ts';
import { pathOf } from './policies.ts';
import { declareConnector, newStack, synthesizeStack } from './synthesis.ts';

const {
  connectorId,
  connectorSettings,
  challengesTable,
  enrolmentsTable,
  certificatesTable,
  envelopesTable,
  refusalsTable,
  eventBus,
  arnPrefix,
  lookupSecret,
  issuanceSecret,
  raSecret,
  issuanceStateMachine,
  connectorDirectory,
  certificatesPerSecond,
  certificateAuthority,
} = environment;

const administering = [
  connectorDirectory,
  challengesTable,
  enrolmentsTable,
  refusalsTable,
  eventBus,
  arnPrefix,
];

/** The environment of each function, and its timeout in seconds. */
const functions: Record<string, { readonly seconds: number; readonly names: readonly string[] }> = {
  'connector-default/Scep': {
    seconds: 29,
    names: [
      connectorId,
      connectorSettings,
      challengesTable,
      enrolmentsTable,
      certificatesTable,
      envelopesTable,
      refusalsTable,
      certificateAuthority,
      eventBus,
      arnPrefix,
      lookupSecret,
      issuanceSecret,
      raSecret,
      issuanceStateMachine,
    ],
  },
  'connector-default/Issuance/Certify': {
    seconds: 60,
    names: [
      connectorId,
      connectorSettings,
      certificateAuthority,
      certificatesPerSecond,
      challengesTable,
      enrolmentsTable,
      certificatesTable,
      eventBus,
      arnPrefix,
      lookupSecret,
      issuanceSecret,
    ],
  },
  'connector-default/Revocation/Revoke': {
    seconds: 300,
    names: [
      connectorId,
      connectorSettings,
      certificateAuthority,
      enrolmentsTable,
      certificatesTable,
    ],
  },
  'connector-default/Ra/RotateRa': {
    seconds: 300,
    names: [
      connectorId,
      connectorSettings,
      certificateAuthority,
      certificatesTable,
      certificatesPerSecond,
    ],
  },
  'connector-default/CertificateAuthority/DescribeAuthority': {
    seconds: 120,
    names: [connectorId],
  },
  'Service/AdminApi/Admin': { seconds: 20, names: administering },
  'Service/Dashboard/Panel/Panel': { seconds: 20, names: administering },
  'Service/Dispatcher/Dispatch': {
    seconds: 75,
    names: [enrolmentsTable, certificatesTable, certificatesPerSecond, connectorDirectory],
  },
  'Service/Finder/FindLost': { seconds: 300, names: [enrolmentsTable] },
};

let template: Template;

beforeAll(() => {
  const stack = newStack();
  declareConnector(stack);
  template = synthesizeStack(stack);
});

function found() {
  return Object.values(template.findResources('AWS::Lambda::Function')).map((each) => ({
    name: pathOf(each).replace(/\/Function$/, ''),
    properties: each.Properties,
  }));
}

describe('every function', () => {
  it('runs on Node 24, earlier ones being unsafe for RSA decryption, and logs to its own group', () => {
    template.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: Match.anyValue() } },
    });
    const groups = found().map(({ properties }) => properties.LoggingConfig.LogGroup.Ref);
    expect(new Set(groups).size).toBe(Object.keys(functions).length);
  });

  it('gets the environment that it needs and nothing else', () => {
    const names = found().map(({ name, properties }) => [
      name,
      Object.keys(properties.Environment.Variables).sort(),
    ]);
    const expected = Object.entries(functions).map(([name, each]) => [
      name,
      [...each.names].sort(),
    ]);
    expect(Object.fromEntries(names)).toEqual(Object.fromEntries(expected));
  });

  it('ends before its caller does', () => {
    const seconds = found().map(({ name, properties }) => [name, properties.Timeout]);
    const expected = Object.entries(functions).map(([name, each]) => [name, each.seconds]);
    expect(Object.fromEntries(seconds)).toEqual(Object.fromEntries(expected));
  });

  it('keeps its log for a year', () => {
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
  });
});
