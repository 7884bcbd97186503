import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { environment } from '../../lambda/environment.ts';
import { pathOf } from './policies.ts';
import { declareConnector, newStack } from './synthesis.ts';

const {
  connectorId,
  connectorSettings,
  challengesTable,
  enrolmentsTable,
  envelopesTable,
  historyTable,
  eventBus,
  arnPrefix,
  connectorKeySecret,
  raSecret,
  issuanceStateMachine,
  certificateAuthority,
  connectors,
} = environment;

/** What each function is told, how many of it may run at once, and for how long, in seconds. */
const functions: Record<
  string,
  { readonly seconds: number; readonly atOnce: number; readonly told: readonly string[] }
> = {
  'connector-default/Scep': {
    seconds: 29,
    atOnce: 200,
    told: [
      connectorId,
      connectorSettings,
      challengesTable,
      enrolmentsTable,
      envelopesTable,
      historyTable,
      certificateAuthority,
      eventBus,
      arnPrefix,
      connectorKeySecret,
      raSecret,
      issuanceStateMachine,
    ],
  },
  'connector-default/Issuance/Tasks/Issue': {
    seconds: 20,
    atOnce: 10,
    told: [
      connectorId,
      connectorSettings,
      enrolmentsTable,
      connectorKeySecret,
      certificateAuthority,
    ],
  },
  'connector-default/Issuance/Tasks/Collect': {
    seconds: 20,
    atOnce: 15,
    told: [certificateAuthority],
  },
  'connector-default/Issuance/Tasks/Find': {
    seconds: 150,
    atOnce: 1,
    told: [connectorId, enrolmentsTable, certificateAuthority],
  },
  'connector-default/Issuance/Tasks/Lint': {
    seconds: 20,
    atOnce: 5,
    told: [connectorId, enrolmentsTable, connectorKeySecret, certificateAuthority],
  },
  'connector-default/Issuance/Tasks/Settle': {
    seconds: 20,
    atOnce: 5,
    told: [
      connectorId,
      enrolmentsTable,
      challengesTable,
      historyTable,
      connectorKeySecret,
      certificateAuthority,
      eventBus,
      arnPrefix,
    ],
  },
  'connector-default/Reconciliation/Reconcile': {
    seconds: 240,
    atOnce: 1,
    told: [connectorId, enrolmentsTable, issuanceStateMachine],
  },
  'connector-default/Ra/RotateRa': {
    seconds: 300,
    atOnce: 1,
    told: [connectorId, connectorSettings, certificateAuthority],
  },
  'Service/AdminApi/Admin': {
    seconds: 20,
    atOnce: 5,
    told: [connectors, challengesTable, historyTable, eventBus, arnPrefix],
  },
  'Service/Dashboard/Panel/Panel': {
    seconds: 20,
    atOnce: 5,
    told: [connectors, challengesTable, historyTable, eventBus, arnPrefix],
  },
};

let template: Template;

beforeAll(() => {
  const stack = newStack();
  declareConnector(stack);
  template = Template.fromStack(stack);
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

  it('is told what it needs and nothing else', () => {
    const told = found().map(({ name, properties }) => [
      name,
      Object.keys(properties.Environment.Variables).sort(),
    ]);
    const expected = Object.entries(functions).map(([name, each]) => [name, [...each.told].sort()]);
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(expected));
  });

  it('ends before its caller does', () => {
    const seconds = found().map(({ name, properties }) => [name, properties.Timeout]);
    const expected = Object.entries(functions).map(([name, each]) => [name, each.seconds]);
    expect(Object.fromEntries(seconds)).toEqual(Object.fromEntries(expected));
  });

  it('is bounded, so that a storm leaves the account room for others', () => {
    const bounds = found().map(({ name, properties }) => [
      name,
      properties.ReservedConcurrentExecutions,
    ]);
    const expected = Object.entries(functions).map(([name, each]) => [name, each.atOnce]);
    expect(Object.fromEntries(bounds)).toEqual(Object.fromEntries(expected));
  });

  it('keeps its log for a year', () => {
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
  });
});
