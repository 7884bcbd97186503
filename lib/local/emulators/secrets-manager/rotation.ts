/**
 * Rotation: the four steps, asked of the rotation function in turn, at once and then on schedule.
 */
import { randomUUID } from 'node:crypto';
import type { Invoke } from '../../functions/invocation.ts';
import { AwsError } from '../aws-service.ts';
import { current, moveStage, pending, type Secret, type Secrets, versionAt } from './secrets.ts';

const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** Rotates secrets. */
export interface Rotations {
  /**
   * Makes the version of this token known, and rotates to it afterwards. Refuses while the last
   * rotation is not done, and takes that up again then; a token that is known already changes
   * nothing.
   */
  readonly begin: (secretId: string, token: string) => void;
  /**
   * Rotates now; resolves once the function has done its four steps, or with the fault; tries again
   * later then.
   */
  readonly attempt: (secretId: string) => Promise<Error | undefined>;
  /**
   * Rotates every secret that is due; resolves with the faults, after the first attempt of each.
   */
  readonly rotateDue: () => Promise<Error[]>;
  readonly stop: () => void;
}

/** What rotations need. `invoke` finds a function by its ARN. */
export interface RotationContext {
  readonly secrets: Secrets;
  readonly invoke: (functionArn: string) => Invoke;
  readonly now: () => number;
  readonly report: (message: string) => void;
}

// A rotation that failed is tried again; the service does so too, at times it does not tell.
const retrySeconds = 60;
// setTimeout counts in 32 bits; a later rotation is looked at again then.
const longestTimerMilliseconds = 2_147_483_647;

/** Makes the rotations of a store. Nothing happens before `rotate` or `rotateDue`. */
export const createRotations = (context: RotationContext): Rotations => {
  const timers = new Map<string, NodeJS.Timeout>();
  let isStopped = false;

  const schedule = (secret: Secret, atSeconds: number): void => {
    clearTimeout(timers.get(secret.arn));
    if (isStopped) return;
    const delay = Math.max(0, atSeconds * 1000 - context.now());
    const isFar = delay > longestTimerMilliseconds;
    const run = (): void => {
      if (isFar) schedule(secret, atSeconds);
      else void attempt(secret.arn);
    };
    timers.set(secret.arn, setTimeout(run, Math.min(delay, longestTimerMilliseconds)).unref());
  };
  const running = new Map<string, Promise<Error | undefined>>();

  /** A rotation that is under way is joined, not doubled. */
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
      if (!isStopped)
        context.report(`${(error as Error).message}; trying again in ${retrySeconds} s`);
      schedule(secret, context.now() / 1000 + retrySeconds);
      return error as Error;
    }
  };

  return {
    begin: (secretId, token) => {
      const secret = context.secrets.find(secretId);
      if (secret.versions[token]) return;
      const left = versionAt(secret, pending);
      const isDone = left === undefined || left === versionAt(secret, current);
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
  const token = tokenOf(secrets, secret, now());
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
  if (versionAt(rotated, current) !== token) {
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
 * A rotation that failed goes on with its version, also where only the answer to its last step was
 * lost.
 */
const tokenOf = (secrets: Secrets, secret: Secret, now: number): string =>
  secret.rotation?.unfinished ?? beginRotation(secrets, secret, randomUUID(), now);

/** Makes the version to be known, without a value yet. */
const beginRotation = (secrets: Secrets, secret: Secret, token: string, now: number): string => {
  const version = { stages: [], createdAtSeconds: Math.floor(now / 1000) };
  const withVersion = { ...secret, versions: { ...secret.versions, [token]: version } };
  const rotation = secret.rotation && { ...secret.rotation, unfinished: token };
  secrets.keep(moveStage({ ...withVersion, ...(rotation && { rotation }) }, pending, token));
  return token;
};
