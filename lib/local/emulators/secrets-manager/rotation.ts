/** Rotation: the four steps, asked of the rotation function in turn, at once and then on schedule. */
import { randomUUID } from 'node:crypto';
import type { Invoke } from '../../functions/invocation.ts';
import { AwsError } from '../aws-service.ts';
import { current, moveStage, pending, type Secret, type Secrets, versionAt } from './secrets.ts';

const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** Rotates secrets. */
export interface Rotations {
  /** Rotates now; resolves once the function has done its four steps, or with the fault; tries again later then. */
  readonly attempt: (secretId: string) => Promise<Error | undefined>;
  /** Rotates every secret that is due; resolves with the faults, after the first attempt of each. */
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
  const attempt = async (secretId: string): Promise<Error | undefined> => {
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
  const token = beginRotation(secrets, secret, now());
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
  return secrets.keep({ ...rotated, rotation: { ...rotation, ...times } });
};

/** The version to be made, without a value yet. One left pending by a rotation that failed is taken up again. */
const beginRotation = (secrets: Secrets, secret: Secret, now: number): string => {
  const left = versionAt(secret, pending);
  if (left && left !== versionAt(secret, current)) return left;
  const token = randomUUID();
  const version = { stages: [], createdAtSeconds: Math.floor(now / 1000) };
  const withVersion = { ...secret, versions: { ...secret.versions, [token]: version } };
  secrets.keep(moveStage(withVersion, pending, token));
  return token;
};
