/** The names that outlive a release, derived from what the code does. */
import { describe, expect, it } from 'vitest';
import type { ChallengeActionRecord } from '../../lambda/audit/events.ts';
import { buildChallengeEvent, buildIssuanceEvent, eventSource } from '../../lambda/audit/events.ts';
import { createIssuanceWorkflow } from '../../lambda/aws/issuance-workflow.ts';
import type { HttpFaultCode } from '../../lambda/core/errors.ts';
import {
  failInfoOf,
  failInfos,
  getHttpStatus,
  isOurRefusal,
  knownCodes,
} from '../../lambda/core/errors.ts';
import { serviceModel } from '../../lib/model/service-model.ts';
import { emulatedTables } from '../contract/dynamo.ts';
import { envelopesTable, exerciseStores } from './exercise-stores.ts';
import { expectFrozen } from './frozen-names.ts';
import { recordNames } from './recorded-names.ts';
import { matchesIn, sourcesIn } from './sources-in.ts';

describe('the names in DynamoDB', async () => {
  const { client, stop } = await emulatedTables({
    challenges: 'challenges',
    enrolments: 'enrolments',
    certificates: 'items',
    refusals: 'refusals',
    [envelopesTable]: 'items',
  });
  const recorder = recordNames(client);
  const missed = await exerciseStores(recorder.client).finally(stop);
  const { tables, indexes } = recorder.names();

  it('are recorded from every method of every adapter', () => {
    expect(missed).toEqual([]);
    const exercised = ['test/docs/exercise-stores.ts', 'test/contract/stores.ts']
      .map(sourcesIn)
      .join('\n');
    const adapters = matchesIn(
      sourcesIn('lambda/aws/*.ts'),
      /export (?:const|function) (createDynamo\w+)/g,
    );
    expect(adapters.length).toBeGreaterThan(10);
    expect(adapters.filter((name) => !exercised.includes(`${name}(`))).toEqual([]);
  });

  it('are the frozen attributes and keys of each table', () => expectFrozen('tables', tables));

  it('are the frozen indexes and their partitions', () => expectFrozen('indexes', indexes));

  it('include every attribute that an adapter reads', () => {
    const sources = sourcesIn('lambda/aws/*.ts');
    const read = [
      ...matchesIn(sources, /stored\.\w+\('(\w+)'\)/g),
      ...matchesIn(sources, /\b(?:item|Item|Attributes)\??\.(\w+)\??\.(?:S|N|B|SS|M)\b/g),
    ];
    const written = Object.values(tables).flatMap(({ attributes }) => attributes);
    expect(read.length).toBeGreaterThan(40);
    expect(read.filter((name) => !written.includes(name))).toEqual([]);
  });
});

describe('the events', () => {
  const subjects = { arnPrefix: 'arn', certificateAuthorityArn: 'arn:ca' };
  const entry = {
    ...{
      connectorId: 'test',
      atMilliseconds: 1,
      id: 'one',
      certificateArn: 'arn',
      serialHex: '0a',
    },
    ...{ subject: 'CN=device', challengeId: 'one', enrolmentId: 'two', transactionId: 'three' },
  };
  const actions: Readonly<Record<ChallengeActionRecord['action'], true>> = {
    Created: true,
    Rotated: true,
    Revoked: true,
    'Password Read': true,
  };

  it('have the frozen source, detail types and members', () => {
    const events = [
      buildIssuanceEvent({ ...entry, outcome: 'issued' }, subjects),
      buildIssuanceEvent({ ...entry, outcome: 'refused', code: 'KeyRefused' }, subjects),
      ...(Object.keys(actions) as ChallengeActionRecord['action'][]).map((action) =>
        buildChallengeEvent(
          {
            action,
            connectorId: 'test',
            challengeId: 'one',
            replacedChallengeId: 'two',
            principal: 'me',
          },
          subjects,
        ),
      ),
    ];
    expectFrozen('events', {
      source: eventSource,
      details: Object.fromEntries(
        events.map(({ detailType, detail }) => [detailType, Object.keys(detail).toSorted()]),
      ),
    });
  });
});

it('the codes on the wire are the frozen ones', () => {
  const answers = knownCodes.map((code) => [
    code,
    isOurRefusal(code) ? failInfoOf(code) : getHttpStatus(code as HttpFaultCode),
  ]);
  expectFrozen('codes', { failInfos, answers: Object.fromEntries(answers) });
});

it('the admin API has the frozen operations, members and errors', () => {
  const { operations, shapes } = serviceModel;
  const requests = Object.entries(operations).map(([name, { http }]) => [
    name,
    `${http.method} ${http.requestUri} ${http.responseCode}`,
  ]);
  const structures = Object.entries<object>(shapes)
    .filter(([, shape]) => 'members' in shape)
    .map(([name, shape]) => {
      const { members, error } = shape as {
        readonly members: object;
        readonly error?: { readonly httpStatusCode: number };
      };
      const status = error === undefined ? [] : [`HTTP ${error.httpStatusCode}`];
      return [name, [...status, ...Object.keys(members).toSorted()]];
    });
  expectFrozen('adminApi', {
    operations: Object.fromEntries(requests),
    shapes: Object.fromEntries(structures),
  });
});

it('an execution of the workflow has the frozen input', async () => {
  let input = '{}';
  const client = {
    send: async (command: { readonly input: { readonly input?: string } }) => {
      input = command.input.input ?? '{}';
    },
  };
  await createIssuanceWorkflow(client as never, 'arn').start({ enrolmentId: 'one', attempt: 1 });
  expectFrozen('workflowInput', Object.keys(JSON.parse(input)).toSorted());
});

it('the variables that users set are the frozen ones', () => {
  const sources = sourcesIn(
    '{bin,lib/local,lib/scep-client,lib/admin-client,lib/apple-profile}/**/*.ts',
  );
  const read = matchesIn(sources, /\b(?:process\.env|env|environment)\.([A-Z][A-Z0-9_]+)/g);
  // The runner sets it for itself, so that glibc takes less memory.
  expectFrozen(
    'environment',
    read.filter((name) => name !== 'MALLOC_ARENA_MAX'),
  );
});
