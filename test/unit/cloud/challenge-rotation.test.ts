/**
 * When the challenge of a connector rotates. The rights of its function are in permissions.test.ts.
 */
import { Duration } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { declareConnector, newStack, synthesizeStack } from './synthesis.ts';

const challengeRotation = {
  name: 'fleet',
  interval: Duration.days(30),
  overlap: Duration.days(7),
};

const synthesized = (rotation?: typeof challengeRotation) => {
  const stack = newStack();
  declareConnector(stack, { challengeRotation: rotation });
  return synthesizeStack(stack);
};

describe('the rotation of a challenge', () => {
  it('is off unless it is declared', () => {
    const rules = Object.keys(synthesized().findResources('AWS::Events::Rule'));
    expect(rules.filter((id) => id.includes('Rotation'))).toEqual([]);
  });

  it('is looked at every hour', () => {
    const template = synthesized(challengeRotation);
    template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(1 hour)' });
  });

  it.each([
    { ...challengeRotation, interval: Duration.days(0) },
    { ...challengeRotation, interval: Duration.hours(36) },
    { ...challengeRotation, overlap: Duration.days(31) },
    { ...challengeRotation, overlap: Duration.hours(12) },
    { ...challengeRotation, name: '' },
    { ...challengeRotation, name: 'a\u0007' },
  ])('refuses %j', (rotation) => {
    expect(() => synthesized(rotation)).toThrow(
      expect.objectContaining({ code: 'badChallengeRotation' }),
    );
  });
});
