/** Secrets Manager's operations on the secrets of one file. */
import { createHash } from 'node:crypto';
import {
  AwsError,
  type Json,
  type Operation,
  readOptionalText,
  requireText,
} from '../aws-service.ts';
import type { Rotations } from './rotation.ts';
import {
  current,
  findVersion,
  moveStage,
  type Secret,
  type Secrets,
  type SecretVersion,
} from './secrets.ts';

/** Creates the operations, by name. */
export const createSecretsManagerOperations = (
  secrets: Secrets,
  rotations: Rotations,
  nowSeconds: () => number,
): Record<string, Operation> => {
  const findSecret = (input: Json): Secret => secrets.find(requireText(input, 'SecretId'));
  return {
    GetSecretValue: (input) => getValue(findSecret(input), input),
    PutSecretValue: (input) => putValue(secrets, findSecret(input), input, nowSeconds()),
    DescribeSecret: (input) => describe(findSecret(input)),
    UpdateSecretVersionStage: (input) => updateStage(secrets, findSecret(input), input),
    RotateSecret: (input) => rotate(rotations, findSecret(input), input),
  };
};

/**
 * "Rotate immediately" in the console. The request is accepted, and the rotation follows. Only the
 * template changes the schedule.
 */
const rotate = (rotations: Rotations, secret: Secret, input: Json): Json => {
  const modelled = ['SecretId', 'ClientRequestToken', 'RotateImmediately'];
  const other = Object.keys(input).find((name) => !modelled.includes(name));
  if (other !== undefined || input.RotateImmediately === false) {
    const what = other ?? 'RotateImmediately: false';
    throw new AwsError('InvalidParameterException', `RotateSecret: ${what} is not modelled here`);
  }
  const token = readVersionToken(input);
  if (!secret.rotation)
    throw new AwsError('InvalidRequestException', 'No rotation function is associated');
  rotations.begin(secret.arn, token);
  return { ARN: secret.arn, Name: secret.name, VersionId: token };
};

const readVersionToken = (input: Json): string => {
  const token = requireText(input, 'ClientRequestToken');
  if (token.length >= 32 && token.length <= 64) return token;
  throw new AwsError('InvalidParameterException', 'ClientRequestToken: 32 to 64 characters');
};

const getValue = (secret: Secret, input: Json): Json => {
  const requestedId = readOptionalText(input, 'VersionId');
  const stage = readOptionalText(input, 'VersionStage');
  const id = requestedId ?? findVersion(secret, stage ?? current);
  const version = id === undefined ? undefined : secret.versions[id];
  const isConsistent = !requestedId || !stage || version?.stages.includes(stage);
  if (!version?.value || !isConsistent) {
    const what = requestedId ? `VersionId: ${requestedId}` : `staging label: ${stage ?? current}`;
    throw new AwsError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${what}`,
    );
  }
  const { value, stages, createdAtSeconds } = version;
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: id,
    ...('text' in value ? { SecretString: value.text } : { SecretBinary: value.binaryBase64 }),
    VersionStages: stages,
    CreatedDate: createdAtSeconds,
  };
};

const putValue = (secrets: Secrets, secret: Secret, input: Json, nowSeconds: number): Json => {
  const text = readOptionalText(input, 'SecretString');
  const binaryBase64 = readOptionalText(input, 'SecretBinary');
  if ((text === undefined) === (binaryBase64 === undefined)) {
    throw new AwsError('InvalidRequestException', 'Provide either SecretString or SecretBinary');
  }
  const value = text === undefined ? { binaryBase64: binaryBase64 ?? '' } : { text };
  const token = readVersionToken(input);
  const stages = (input.VersionStages ?? [current]) as readonly string[];
  const known = secret.versions[token];
  if (known?.value && !isSameValue(known, value)) {
    throw new AwsError(
      'ResourceExistsException',
      `A version with the token ${token} has another value`,
    );
  }
  const kept = known?.value
    ? secret
    : addVersion(secret, token, {
        value,
        stages: known?.stages ?? [],
        createdAtSeconds: nowSeconds,
      });
  const moved = stages.reduce((each, stage) => moveStage(each, stage, token), kept);
  secrets.keep(moved);
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: token,
    VersionStages: moved.versions[token]?.stages,
  };
};

const addVersion = (secret: Secret, id: string, version: SecretVersion): Secret => ({
  ...secret,
  versions: { ...secret.versions, [id]: version },
});

const isSameValue = (known: SecretVersion, value: SecretVersion['value']): boolean => {
  const digest = (any: unknown) => createHash('sha256').update(JSON.stringify(any)).digest('hex');
  return digest(known.value) === digest(value);
};

const describe = (secret: Secret): Json => {
  const { rotation } = secret;
  const labelled = Object.entries(secret.versions).filter(([, { stages }]) => stages.length > 0);
  const rotated = rotation?.lastRotatedAtSeconds
    ? { LastRotatedDate: rotation.lastRotatedAtSeconds }
    : {};
  return {
    ARN: secret.arn,
    Name: secret.name,
    CreatedDate: secret.createdAtSeconds,
    RotationEnabled: rotation !== undefined,
    ...(rotation && {
      RotationLambdaARN: rotation.functionArn,
      RotationRules: { ScheduleExpression: `rate(${rotation.everySeconds / 3600} hours)` },
      NextRotationDate: rotation.nextRotationAtSeconds,
      ...rotated,
    }),
    VersionIdsToStages: Object.fromEntries(labelled.map(([id, { stages }]) => [id, stages])),
  };
};

const updateStage = (secrets: Secrets, secret: Secret, input: Json): Json => {
  const stage = requireText(input, 'VersionStage');
  const to = readOptionalText(input, 'MoveToVersionId');
  const from = readOptionalText(input, 'RemoveFromVersionId');
  const holder = findVersion(secret, stage);
  if (to !== undefined && !secret.versions[to]) {
    throw new AwsError('ResourceNotFoundException', `The secret has no version ${to}`);
  }
  // A label on another version moves only if the caller names that version, so a lost race is an
  // error.
  if (holder !== undefined && holder !== to && holder !== from) {
    throw new AwsError(
      'InvalidParameterException',
      `The label ${stage} is on another version; name it in RemoveFromVersionId`,
    );
  }
  if (to === undefined && from === undefined)
    throw new AwsError('InvalidParameterException', 'Nothing to move');
  if (stage === current && to === undefined) {
    throw new AwsError('InvalidParameterException', `${current} can be moved, not removed`);
  }
  secrets.keep(moveStage(secret, stage, to));
  return { ARN: secret.arn, Name: secret.name };
};
