import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { declareConnector, newStack } from './synthesis.ts';

interface Retry {
  readonly ErrorEquals: readonly string[];
  readonly MaxAttempts: number;
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds: number;
}

interface State {
  readonly Next?: string;
  readonly Default?: string;
  readonly SecondsPath?: string;
  readonly Choices?: readonly unknown[];
  readonly Retry?: readonly Retry[];
  readonly Catch?: readonly unknown[];
}

let template: Template;
let states: Record<string, State>;

beforeAll(() => {
  const stack = newStack();
  declareConnector(stack);
  template = Template.fromStack(stack);
  const [machine] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  const parts: unknown[] = machine?.Properties.DefinitionString['Fn::Join'][1];
  const definition = parts.map((part) => (typeof part === 'string' ? part : 'arn')).join('');
  states = JSON.parse(definition).States;
});

/** The longest a task can take, in seconds: its turns, and the waits between them at their longest. */
function longestSeconds(retry: Retry, turnSeconds: number): number {
  let seconds = turnSeconds;
  for (let attempt = 0; attempt < retry.MaxAttempts; attempt += 1) {
    const wait = retry.IntervalSeconds * retry.BackoffRate ** attempt;
    seconds += Math.min(wait, retry.MaxDelaySeconds) + turnSeconds;
  }
  return seconds;
}

describe('the state machine', () => {
  it('is durable, traced, and logs its steps without what they carry', () => {
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      StateMachineType: 'STANDARD',
      LoggingConfiguration: Match.objectLike({ Level: 'ALL', IncludeExecutionData: false }),
      TracingConfiguration: { Enabled: true },
    });
  });

  it('waits for its turn, issues, looks until the certificate is there, lints and settles', () => {
    const next = Object.entries(states).map(([name, { Next, Default }]) => [name, Next ?? Default]);
    expect(Object.fromEntries(next)).toEqual({
      Issue: 'Asked?',
      'Asked?': 'Wait for its turn',
      'Wait for its turn': 'Issue',
      Collect: 'Ready?',
      'Ready?': 'Wait',
      Wait: 'Collect',
      Find: 'Found?',
      'Found?': 'Wait for the record',
      'Wait for the record': 'Find',
      Lint: 'Settle',
      Settle: undefined,
    });
    expect(states['Asked?']?.Choices).toEqual([
      { Variable: '$.asked', BooleanEquals: true, Next: 'Collect' },
    ]);
    expect(states['Ready?']?.Choices).toEqual([
      { Variable: '$.ready', BooleanEquals: true, Next: 'Lint' },
    ]);
    expect(states['Found?']?.Choices).toEqual([
      { Variable: '$.found', BooleanEquals: true, Next: 'Collect' },
    ]);
    for (const wait of ['Wait', 'Wait for its turn', 'Wait for the record'])
      expect(states[wait]?.SecondsPath).toBe('$.waitSeconds');
  });

  it.each(['Issue', 'Collect', 'Find', 'Lint'])(
    'settles what %s refuses, without asking again',
    (name) => {
      const refusals = ['CertificateRefused', 'CertificateMismatch', 'CertificateLost'];
      expect(states[name]?.Retry?.[0]).toEqual({ ErrorEquals: refusals, MaxAttempts: 0 });
      expect(states[name]?.Catch?.[0]).toEqual({
        ErrorEquals: refusals,
        ResultPath: '$.error',
        Next: 'Settle',
      });
    },
  );

  it.each(['Issue', 'Collect', 'Lint'])(
    'lets %s wait for a busy CA, and for room in Lambda, for hours',
    (name) => {
      const names = ['CertificateAuthorityBusy', 'Lambda.TooManyRequestsException'];
      const busy = states[name]?.Retry?.find(({ ErrorEquals }) => ErrorEquals[0] === names[0]);
      expect(busy).toMatchObject({
        ErrorEquals: names,
        MaxAttempts: 2000,
        MaxDelaySeconds: 30,
        JitterStrategy: 'FULL',
      });
    },
  );

  it('stops issuing before the CA forgets the idempotency token, after five minutes', () => {
    const [outage] = states.Issue?.Retry?.slice(3) ?? [];
    expect(outage).toMatchObject({ ErrorEquals: ['States.ALL'], JitterStrategy: 'FULL' });
    expect(outage && longestSeconds(outage, 20)).toBeLessThan(5 * 60);
  });

  it('does not repeat an Issue whose outcome nobody knows, but looks for it', () => {
    expect(states.Issue?.Catch?.[1]).toMatchObject({
      ErrorEquals: ['IssuanceUnknown'],
      Next: 'Find',
    });
    expect(states.Issue?.Retry).toContainEqual({
      ErrorEquals: ['IssuanceUnknown'],
      MaxAttempts: 0,
    });
  });

  it('catches nothing in Settle: what cannot be recorded has to fail', () => {
    expect(states.Settle).not.toHaveProperty('Catch');
    expect(states.Settle?.Retry).toHaveLength(1);
  });
});
