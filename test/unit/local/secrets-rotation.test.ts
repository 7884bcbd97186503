import { describe, expect, it } from 'vitest';
import { readRotationPeriodSeconds } from '../../../lib/local/emulators/secrets-manager/schedule.ts';
import {
  arn,
  daySeconds,
  describeSecret,
  type RotationFunction,
  rotates,
  schedule,
  setUp,
} from './secrets-kit.ts';

describe('a rotation', () => {
  it('that is new runs at once, in four steps, with a registered, empty version', async () => {
    let pendingAtCreate: unknown;
    const rotate: RotationFunction = async (manager, event) => {
      if (event.Step === 'createSecret') {
        const { VersionIdsToStages } = await describeSecret(manager);
        pendingAtCreate = VersionIdsToStages[event.ClientRequestToken];
      }
      await rotates(manager, event);
    };
    const { manager, events, value } = setUp({ rotate });
    manager.ensureRotation(arn, schedule, true);
    expect(await manager.rotations.rotateDue()).toEqual([]);
    expect(events.map(({ Step }) => Step)).toEqual([
      'createSecret',
      'setSecret',
      'testSecret',
      'finishSecret',
    ]);
    expect(pendingAtCreate).toEqual(['AWSPENDING']);
    expect((await value()).SecretString).toBe('new');
    manager.rotations.stop();
  });

  it('is due again after its period, even if the runner was stopped', async () => {
    let clock = 1_000_000_000_000;
    const first = setUp({ now: () => clock });
    first.manager.ensureRotation(arn, schedule, true);
    await first.manager.rotations.rotateDue();
    first.manager.rotations.stop();

    const later = setUp({ directory: first.directory, now: () => clock });
    later.manager.ensureRotation(arn, schedule, true);
    await later.manager.rotations.rotateDue();
    expect(later.events).toEqual([]);
    clock += 3 * daySeconds * 1000;
    await later.manager.rotations.rotateDue();
    expect(later.events).toHaveLength(4);
    later.manager.rotations.stop();
  });

  it('that failed is retried with the same version', async () => {
    let isBroken = true;
    const rotate: RotationFunction = async (manager, event) => {
      if (isBroken && event.Step === 'testSecret') throw new Error('broken');
      await rotates(manager, event);
    };
    const { manager, events, value } = setUp({ rotate });
    manager.ensureRotation(arn, schedule, true);
    const faults = await manager.rotations.rotateDue();
    expect(faults.map(({ message }) => message)).toEqual([
      expect.stringContaining('testSecret failed'),
    ]);
    isBroken = false;
    await manager.rotations.rotateDue();
    expect(new Set(events.map(({ ClientRequestToken }) => ClientRequestToken)).size).toBe(1);
    expect((await value()).SecretString).toBe('new');
    manager.rotations.stop();
  });

  it('of which only the last answer was lost continues with its version', async () => {
    let isBroken = true;
    const rotate: RotationFunction = async (manager, event) => {
      await rotates(manager, event);
      if (isBroken && event.Step === 'finishSecret') throw new Error('broken');
    };
    const { manager, events } = setUp({ rotate });
    manager.ensureRotation(arn, schedule, true);
    expect(await manager.rotations.rotateDue()).toHaveLength(1);
    isBroken = false;
    expect(await manager.rotations.rotateDue()).toEqual([]);
    expect(new Set(events.map(({ ClientRequestToken }) => ClientRequestToken)).size).toBe(1);
    manager.rotations.stop();
  });

  it.each([
    ['another function', { ...schedule, functionArn: 'other' }],
    ['another period', { ...schedule, everySeconds: daySeconds }],
  ])('is due at once when its schedule gets %s', async (_, changed) => {
    const { manager, events } = setUp();
    manager.ensureRotation(arn, schedule, true);
    await manager.rotations.rotateDue();
    manager.ensureRotation(arn, changed, true);
    await manager.rotations.rotateDue();
    expect(events).toHaveLength(8);
    manager.rotations.stop();
  });

  it('fails if the old version stays current', async () => {
    const { manager } = setUp({ rotate: async () => {} });
    manager.ensureRotation(arn, schedule, true);
    expect(await manager.rotations.rotateDue()).toHaveLength(1);
    manager.rotations.stop();
  });

  it.each([
    [{ AutomaticallyAfterDays: 3 }, 3 * daySeconds],
    [{ ScheduleExpression: 'rate(10 days)', Duration: '2h' }, 10 * daySeconds],
    [{ ScheduleExpression: 'rate(4 hours)' }, 4 * 3600],
  ])('has the period of %j', (rules, seconds) => {
    expect(readRotationPeriodSeconds(rules, 'Schedule')).toBe(seconds);
  });

  it('refuses a cron expression', () => {
    expect(() =>
      readRotationPeriodSeconds({ ScheduleExpression: 'cron(0 0 * * ? *)' }, 'Ra'),
    ).toThrow('Ra: the rotation schedule');
  });
});
