/**
 * The secrets of the local Secrets Manager: versions, staging labels, and the file that holds them.
 */
import { randomUUID } from 'node:crypto';
import { readStoredJson, writeStoredJson } from '../../stored-json.ts';
import { AwsError } from '../aws-service.ts';

/** One version. A rotation makes its version known before it has a value. */
export interface SecretVersion {
  readonly value?: { readonly text: string } | { readonly binaryBase64: string };
  readonly stages: readonly string[];
  readonly createdAtSeconds: number;
}

/** A secret as kept. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly createdAtSeconds: number;
  readonly versions: Readonly<Record<string, SecretVersion>>;
  readonly rotation?: Rotation;
}

/** How a secret is rotated, and when it was. */
export interface Rotation {
  readonly functionArn: string;
  readonly everySeconds: number;
  readonly lastRotatedAtSeconds?: number;
  readonly nextRotationAtSeconds: number;
  /**
   * The version that a rotation was begun for and is not done with: one that failed goes on with
   * it.
   */
  readonly unfinished?: string | undefined;
}

/** The secrets of one file. */
export interface Secrets {
  readonly all: () => Secret[];
  /** By ARN or name; refuses what is neither with `ResourceNotFoundException`. */
  readonly find: (secretId: string) => Secret;
  readonly has: (arn: string) => boolean;
  readonly keep: (secret: Secret) => Secret;
}

/** Opens the secrets of a file, which is made with the first of them. */
export const openSecrets = (path: string): Secrets => {
  const byArn = new Map<string, Secret>(
    (readStoredJson<Secret[]>(path) ?? []).map((secret) => [secret.arn, secret]),
  );
  return {
    all: () => [...byArn.values()],
    has: (arn) => byArn.has(arn),
    find: (secretId) => {
      const secret =
        byArn.get(secretId) ?? [...byArn.values()].find(({ name }) => name === secretId);
      if (secret) return secret;
      throw new AwsError(
        'ResourceNotFoundException',
        "Secrets Manager can't find the specified secret.",
      );
    },
    keep: (secret) => {
      byArn.set(secret.arn, secret);
      writeStoredJson(path, [...byArn.values()]);
      return secret;
    },
  };
};

export const current = 'AWSCURRENT';
const previous = 'AWSPREVIOUS';
export const pending = 'AWSPENDING';

/** The version that carries a staging label. */
export const versionAt = (secret: Secret, stage: string): string | undefined =>
  Object.entries(secret.versions).find(([, { stages }]) => stages.includes(stage))?.[0];

/**
 * Moves a staging label to a version and off every other, or off altogether. When AWSCURRENT moves,
 * the version it leaves becomes AWSPREVIOUS, by itself. Versions without a label stay; the service
 * forgets them at leisure.
 */
export const moveStage = (secret: Secret, stage: string, to: string | undefined): Secret => {
  const left = versionAt(secret, stage);
  const versions = Object.fromEntries(
    Object.entries(secret.versions).map(([id, version]) => {
      const others = version.stages.filter((label) => label !== stage);
      return [id, { ...version, stages: id === to ? [...others, stage] : others }];
    }),
  );
  const moved = { ...secret, versions };
  const isDemoted = stage === current && left !== undefined && left !== to;
  return isDemoted ? moveStage(moved, previous, left) : moved;
};

/** A new secret whose text is its current version. */
export const newSecret = (arn: string, name: string, text: string, nowSeconds: number): Secret => ({
  arn,
  name,
  createdAtSeconds: nowSeconds,
  versions: {
    [randomUUID()]: { value: { text }, stages: [current], createdAtSeconds: nowSeconds },
  },
});
