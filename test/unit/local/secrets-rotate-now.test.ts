/** RotateSecret, as the console's "Rotate immediately" and the SDK send it. */
import { describe, expect, it, vi } from 'vitest';
import { type Json, runOperation } from '../../../lib/local/emulators/aws-service.ts';
import {
  arn,
  describeSecret,
  type RotationFunction,
  rotates,
  schedule,
  setUp,
  token,
} from './secrets-kit.ts';

const another = 'a1b2c3d4-0000-4000-8000-000000000002';

/** Creates a secret that was rotated once. */
async function createRotated(rotate: RotationFunction = rotates) {
  const inner = setUp({ rotate });
  inner.manager.ensureRotation(arn, schedule, true);
  await inner.manager.rotations.rotateDue();
  const now = (input: Json = {}) =>
    runOperation(inner.manager, 'RotateSecret', {
      SecretId: arn,
      ClientRequestToken: token,
      ...input,
    });
  const isCurrent = (id: string) =>
    vi.waitFor(async () => {
      const { VersionIdsToStages } = await describeSecret(inner.manager);
      expect(VersionIdsToStages[id]).toContain('AWSCURRENT');
    });
  return { ...inner, now, isCurrent };
}

describe('RotateSecret', () => {
  it('returns the version first and creates it afterwards', async () => {
    const { now, isCurrent, events, manager } = await createRotated();
    expect(await now({ RotateImmediately: true })).toEqual({
      ARN: arn,
      Name: 'ra',
      VersionId: token,
    });
    await isCurrent(token);
    expect(events.slice(4).map(({ ClientRequestToken }) => ClientRequestToken)).toEqual(
      Array(4).fill(token),
    );
    manager.rotations.stop();
  });

  it('rotates once for the same token', async () => {
    const { now, isCurrent, events, manager } = await createRotated();
    await Promise.all([now(), now()]);
    await isCurrent(token);
    await now();
    expect(events).toHaveLength(8);
    manager.rotations.stop();
  });

  it('is refused while a rotation is running', async () => {
    const { now, isCurrent, manager } = await createRotated();
    await now();
    await expect(now({ ClientRequestToken: another })).rejects.toMatchObject({
      code: 'InvalidRequestException',
      message: "A previous rotation isn't complete. That rotation will be reattempted.",
    });
    await isCurrent(token);
    manager.rotations.stop();
  });

  it('is refused after a failed rotation, and retries that one', async () => {
    let isBroken = false;
    const { now, isCurrent, manager, events } = await createRotated(async (each, event) => {
      if (isBroken && event.Step === 'testSecret') throw new Error('broken');
      await rotates(each, event);
    });
    isBroken = true;
    await now();
    await vi.waitFor(() => expect(events).toHaveLength(4 + 3));
    isBroken = false;
    await expect(now({ ClientRequestToken: another })).rejects.toMatchObject({
      code: 'InvalidRequestException',
    });
    await isCurrent(token);
    manager.rotations.stop();
  });

  it.each([
    ['a token that is too short', { ClientRequestToken: 'short' }],
    ['a schedule', { RotationRules: { AutomaticallyAfterDays: 1 } }],
    ['a rotation that is not now', { RotateImmediately: false }],
  ])('is refused with %s', async (_, input) => {
    const { now, manager } = await createRotated();
    await expect(now(input)).rejects.toMatchObject({ code: 'InvalidParameterException' });
    manager.rotations.stop();
  });

  it('is refused for a secret without rotation', async () => {
    const { manager } = setUp();
    const input = { SecretId: arn, ClientRequestToken: token };
    await expect(runOperation(manager, 'RotateSecret', input)).rejects.toMatchObject({
      code: 'InvalidRequestException',
    });
  });
});
