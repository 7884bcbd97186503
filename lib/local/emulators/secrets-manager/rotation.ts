/**
 * Rotation: invokes the rotation function for the four steps in turn, at once and then on schedule.
 */
import { randomUUID } from 'node:crypto';
import type { Invoke } from '../../functions/invocation.ts';
import { AwsError } from '../aws-service.ts';
import { current, findVersion, moveStage, pending, type Secret, type Secrets } from './secrets.ts';

const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** Rotates secrets. */
export interface Rotations {
  /**
   * Registers this token's version, then rotates to it. While the last rotation is incomplete, it
   * refuses and retries that one. A known token changes nothing.
   */
  readonly begin: (secretId: string, token: string) => void;
  /**
   * Rotates now. Resolves after the function's four steps, or with the fault and a scheduled retry.
   */
  readonly attempt: (secretId: string) => Promise<Error | undefined>;
  /** Rotates every due secret; resolves with the faults after each one's first attempt. */
  readonly rotateDue: () => Promise<Error[]>;
  readonly stop: () => void;
}

/** Dependencies of rotations. `invoke` finds a function by its ARN. */
export interface RotationContext {
  readonly secrets: Secrets;
  readonly invoke: (functionArn: string) => Invoke;
  readonly now: () => number;
  readonly report: (message: string) => void;
}

// A failed rotation is retried. The service does so too, but does not publish its intervals.
const retrySeconds = 60;
// setTimeout counts in 32 bits; a later rotation is checked again then.
const maxTimerMilliseconds = 2_147_483_647;

/**
 * Creates the rotations of a store. Nothing is rotated before `begin`, `attempt` or `rotateDue`.
 */
export const createRotations = (context: RotationContext): Rotations => {
  const timers = new Map<string, NodeJS.Timeout>();
  let isStopped = false;

  const schedule = (secret: Secret, atSeconds: number): void => {
    clearTimeout(timers.get(secret.arn));
    if (isStopped) return;
    const delay = Math.max(0, atSeconds * 1000 - context.now());
    const isFar = delay > maxTimerMilliseconds;
    const run = (): void => {
      if (isFar) schedule(secret, atSeconds);
      else void attempt(secret.arn);
    };
    timers.set(secret.arn, setTimeout(run, Math.min(delay, maxTimerMilliseconds)).unref());
  };
  const running = new Map<string, Promise<Error | undefined>>();

  /** Joins a rotation that is already running. */
  const attempt = (secretId: string): Promise<Error | undefined> => {
    const { arn } = context.secrets.find(secretId);
    const known = running.get(arn);
    if (known) return known;
    const attempted = attemptAlone(arn).finally(() => running.delete(arn));
    running.set(arn, attempted);
    return attempted;
  };
  const attemptAlone = async (secretId: string): Promise<Error | undefined> => {
    const secret = context.secrets.find(secretId);
    try {
      const rotated = await runRotation(context, secret);
      schedule(rotated, rotated.rotation?.nextRotationAtSeconds ?? Number.POSITIVE_INFINITY);
      return undefined;
    } catch (error) {
      if (!isStopped) context.report(`${(error as Error).message}; retrying in ${retrySeconds} s`);
      schedule(secret, context.now() / 1000 + retrySeconds);
      return error as Error;
    }
  };

  return {
    begin: (secretId, token) => {
      const secret = context.secrets.find(secretId);
      if (secret.versions[token]) return;
      const left = findVersion(secret, pending);
      const isDone = left === undefined || left === findVersion(secret, current);
      if (isDone) beginRotation(context.secrets, secret, token, context.now());
      void attempt(secret.arn);
      if (!isDone) {
        throw new AwsError(
          'InvalidRequestException',
          "A previous rotation isn't complete. That rotation will be reattempted.",
        );
      }
    },
    attempt,
    rotateDue: async () => {
      const scheduled = context.secrets.all().filter(({ rotation }) => rotation);
      const isDue = ({ rotation }: Secret): boolean =>
        (rotation?.nextRotationAtSeconds ?? Number.POSITIVE_INFINITY) * 1000 <= context.now();
      for (const secret of scheduled.filter((each) => !isDue(each))) {
        schedule(secret, secret.rotation?.nextRotationAtSeconds ?? 0);
      }
      const outcomes = await Promise.all(scheduled.filter(isDue).map(({ arn }) => attempt(arn)));
      return outcomes.filter((outcome) => outcome !== undefined);
    },
    stop: () => {
      isStopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
};

const runRotation = async (
  { secrets, invoke, now }: RotationContext,
  secret: Secret,
): Promise<Secret> => {
  const { rotation } = secret;
  if (!rotation)
    throw new AwsError('InvalidRequestException', 'The secret has no rotation function');
  const token = ensureToken(secrets, secret, now());
  for (const Step of steps) {
    const result = await invoke(rotation.functionArn)({
      Step,
      SecretId: secret.arn,
      ClientRequestToken: token,
    });
    if (!result.ok) {
      throw new Error(
        `rotating ${secret.name}: ${Step} failed with ${result.error.errorType}: ${result.error.errorMessage}`,
      );
    }
  }
  const rotated = secrets.find(secret.arn);
  if (findVersion(rotated, current) !== token) {
    throw new Error(
      `rotating ${secret.name}: after finishSecret the new version is not ${current}`,
    );
  }
  const nowSeconds = Math.floor(now() / 1000);
  const times = {
    lastRotatedAtSeconds: nowSeconds,
    nextRotationAtSeconds: nowSeconds + rotation.everySeconds,
  };
  return secrets.keep({ ...rotated, rotation: { ...rotation, ...times, unfinished: undefined } });
};

/**
 * A failed rotation continues with its version, even if only the answer to its last step was lost.
 */
const ensureToken = (secrets: Secrets, secret: Secret, now: number): string =>
  secret.rotation?.unfinished ?? beginRotation(secrets, secret, randomUUID(), now);

/** Registers the version, without a value yet. */
const beginRotation = (secrets: Secrets, secret: Secret, token: string, now: number): string => {
  const version = { stages: [], createdAtSeconds: Math.floor(now / 1000) };
  const withVersion = { ...secret, versions: { ...secret.versions, [token]: version } };
  const rotation = secret.rotation && { ...secret.rotation, unfinished: token };
  secrets.keep(moveStage({ ...withVersion, ...(rotation && { rotation }) }, pending, token));
  return token;
};
