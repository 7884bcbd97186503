/** The admin API on stores in memory. Every response is checked against AWS's model. */
import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { AdministeredConnector } from '../../../lambda/admin/administered-connector.ts';
import { answerAdmin } from '../../../lambda/admin/api/answer.ts';
import {
  type OperationName,
  operations,
  routePathOf,
} from '../../../lambda/admin/api/operations.ts';
import { createAdministration } from '../../../lambda/admin/create-administration.ts';
import { createActionRecorder } from '../../../lambda/audit/actions.ts';
import { toChallengeArn, toConnectorArn } from '../../../lambda/core/arns.ts';
import { deriveChallengeKey, getChallengeState } from '../../../lambda/policy/challenge.ts';
import { deriveAdminKeys } from '../../../lambda/policy/connector-key.ts';
import type { ChallengeRegister } from '../../../lambda/ports/challenges.ts';
import { memoryChallenges } from '../../support/fakes/memory-challenges.ts';
import { memoryEventBus, memoryHistory } from '../../support/fakes/memory-history.ts';
import { memoryUsedTokens } from '../../support/fakes/memory-used-tokens.ts';
import { awsModel, faultsOf } from './model.ts';

const arnPrefix = 'arn:aws:pca-connector-scep:eu-west-1:111122223333';
export const connectorArn = toConnectorArn(arnPrefix, 'test');
export const who = 'arn:aws:sts::111122223333:assumed-role/Admin/ada';
export const start = 1_800_000_000;

const connector = (connectorId: string): AdministeredConnector => ({
  connectorId,
  lookupSecret: 'lookup',
  adminSecret: 'admin',
  certificateAuthorityArn:
    'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/11111111-2222-3333-4444-555555555555',
  scepUrl: `https://example.com/scep/${connectorId}`,
});

/** A request. `label` is the rest of the path, as an HTTP API passes it. */
export interface Sent {
  readonly label?: string;
  readonly query?: Readonly<Record<string, string>> | string;
  readonly body?: unknown;
}

/** An answer. A refusal has the name of its error, as SDKs read it. */
export interface Answered {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: each test checks the members that it reads
  readonly body: any;
  readonly error: string | undefined;
}

export interface ApiOptions {
  readonly connectorIds?: readonly string[];
  readonly type?: AdministeredConnector['type'];
  /** Replaces the store in memory. */
  readonly challenges?: (inner: ReturnType<typeof memoryChallenges>) => ChallengeRegister;
  readonly publish?: () => Promise<void>;
}

/** Creates the API and a client for it. `lines` are its log lines. */
export function adminApi({ connectorIds = ['test'], ...options }: ApiOptions = {}) {
  const store = memoryChallenges();
  const challenges = options.challenges?.(store) ?? store;
  const bus = memoryEventBus();
  const events = options.publish ? { publish: options.publish } : bus;
  const history = memoryHistory();
  const lines: unknown[] = [];
  const time = { seconds: start };
  const connectors = connectorIds.map((id) => ({
    ...connector(id),
    ...(options.type && { type: options.type }),
  }));
  const log = (fields: object): void => {
    lines.push(fields);
  };
  const common = {
    connectors,
    keysOf: async ({ connectorId }: AdministeredConnector) => keysOf(connectorId),
    nowSeconds: () => time.seconds,
    random: (octets: number) => new Uint8Array(randomBytes(octets)),
  };
  const administration = createAdministration({
    ...common,
    arnPrefix,
    challenges,
    tokens: memoryUsedTokens(),
    history,
    audit: createActionRecorder({ events, arnPrefix, log }),
  });
  const tagging = { tags: store.tags, challenges, nowSeconds: common.nowSeconds };
  const context = { openOperations: async () => ({ ...common, administration, tagging }), log };

  const send = async (operation: OperationName, sent: Sent = {}): Promise<Answered> => {
    const response = await answerAdmin(eventOf(operation, sent), context);
    const body = response.body === undefined ? undefined : JSON.parse(response.body);
    const error = response.headers?.['x-amzn-errortype'];
    const answered = {
      status: response.statusCode ?? 0,
      body,
      error: error === undefined ? undefined : String(error),
    };
    conforms(operation, answered);
    return answered;
  };
  const create = async (terms: object = {}) => {
    const { body } = await send('CreateChallenge', {
      body: { ConnectorArn: connectorArn, ...terms },
    });
    return body.Challenge as { readonly Arn: string; readonly Password: string };
  };
  /** The state in which a device would find the challenge of this password. */
  const stateOf = async (password: string) => {
    const record = await store.find(deriveChallengeKey('test', password, keysOf('test')));
    return record ? (getChallengeState(record, time.seconds) ?? 'good') : 'unknown';
  };
  return { send, create, administration, store, stateOf, history, events: bus.events, lines, time };
}

/** The admin keys of a connector in these tests. */
export const keysOf = (connectorId: string) =>
  deriveAdminKeys(connectorId, {
    lookup: 'a lookup secret of enough characters',
    admin: 'an admin secret of enough characters',
  });

/** An ARN of a challenge of connector `test`. */
export const challengeArn = (challengeId: string): string =>
  toChallengeArn(arnPrefix, 'test', challengeId);

function eventOf(operation: OperationName, { label = '', query = {}, body }: Sent) {
  const route = operations[operation];
  const rawPath = 'label' in route ? `${route.path}/${label}` : route.path;
  return {
    routeKey: `${route.method} ${routePathOf(route)}`,
    rawPath,
    rawQueryString: typeof query === 'string' ? query : new URLSearchParams(query).toString(),
    body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: { authorizer: { iam: { userArn: who } } },
  };
}

function conforms(operation: OperationName, { status, body, error }: Answered): void {
  const described = awsModel.operations[operation];
  if (described === undefined) return;
  if (error !== undefined) {
    const allowed = described.errors.map(({ shape }) => shape);
    expect(allowed).toContain(error);
    expect(status).toBe(awsModel.shapes[error]?.error?.httpStatusCode);
    expect(faultsOf(awsModel, error, body)).toEqual([]);
    return;
  }
  expect(status).toBe(described.http.responseCode);
  if (described.output === undefined) expect(body).toBeUndefined();
  else expect(faultsOf(awsModel, described.output.shape, body)).toEqual([]);
}
