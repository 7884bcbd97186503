/** The local Secrets Manager's secrets: versions, staging labels, and their file. */
import { randomUUID } from 'node:crypto';
import { readStoredJson, writeStoredJson } from '../../stored-json.ts';
import { AwsError } from '../aws-service.ts';

/** One version. A rotation registers its version before it has a value. */
export interface SecretVersion {
  readonly value?: { readonly text: string } | { readonly binaryBase64: string };
  readonly stages: readonly string[];
  readonly createdAtSeconds: number;
}

/** A stored secret. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly createdAtSeconds: number;
  readonly versions: Readonly<Record<string, SecretVersion>>;
  readonly rotation?: Rotation;
}

/** A secret's rotation schedule and its last run. */
export interface Rotation {
  readonly functionArn: string;
  readonly everySeconds: number;
  readonly lastRotatedAtSeconds?: number;
  readonly nextRotationAtSeconds: number;
  /** The version of an incomplete rotation, which a retry continues with. */
  readonly unfinished?: string | undefined;
}

/** The secrets of one file. */
export interface Secrets {
  readonly all: () => Secret[];
  /** Finds a secret by ARN or name; refuses others with `ResourceNotFoundException`. */
  readonly find: (secretId: string) => Secret;
  readonly has: (arn: string) => boolean;
  readonly keep: (secret: Secret) => Secret;
}

/** Opens a file's secrets; the file is created with the first of them. */
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

/** The version with a staging label. */
export const findVersion = (secret: Secret, stage: string): string | undefined =>
  Object.entries(secret.versions).find(([, { stages }]) => stages.includes(stage))?.[0];

/**
 * Moves a staging label to a version and removes it from all others, or removes it altogether. When
 * AWSCURRENT moves, its previous version becomes AWSPREVIOUS. Versions without a label are kept;
 * the service deletes them eventually.
 */
export const moveStage = (secret: Secret, stage: string, to: string | undefined): Secret => {
  const left = findVersion(secret, stage);
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

/** Creates a secret with the text as its current version. */
export const createSecret = (
  arn: string,
  name: string,
  text: string,
  nowSeconds: number,
): Secret => ({
  arn,
  name,
  createdAtSeconds: nowSeconds,
  versions: {
    [randomUUID()]: { value: { text }, stages: [current], createdAtSeconds: nowSeconds },
  },
});
