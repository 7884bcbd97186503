import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type OperationRoute, operations } from '../../../lambda/admin/api/operations.ts';
import { toChallengeShape } from '../../../lambda/admin/api/response-shapes.ts';
import { memberDocumentation } from '../../../lib/model/documentation.ts';
import { paginators, serviceModel } from '../../../lib/model/service-model.ts';
import { awsModel } from './model.ts';

interface RequestShape {
  readonly members: Readonly<Record<string, { location?: string; locationName?: string }>>;
}

describe('the service model for the AWS CLI', () => {
  it('matches the operations (run `node bin/service-model.ts` after a change)', () => {
    const folder = new URL('../../../models/scep-connector/2026-11-23/', import.meta.url);
    const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
    expect(read('service-2.json')).toEqual(JSON.parse(JSON.stringify(serviceModel)));
    expect(read('paginators-1.json')).toEqual(paginators);
  });

  it('documents every operation and every member', () => {
    const operationsOfModel = Object.entries(serviceModel.operations);
    expect(operationsOfModel.filter(([, { documentation }]) => !documentation)).toEqual([]);
    const members = Object.entries(serviceModel.shapes).flatMap(([shape, { members: all }]) =>
      Object.entries((all ?? {}) as Record<string, { documentation?: string }>).map(
        ([name, { documentation }]) => [`${shape}.${name}`, documentation] as const,
      ),
    );
    expect(members.length).toBeGreaterThan(80);
    expect(members.filter(([, documentation]) => !documentation)).toEqual([]);
    const used = new Set(members.map(([name]) => name.split('.')[1]));
    expect(Object.keys(memberDocumentation).filter((name) => !used.has(name))).toEqual([]);
  });

  it('pages through every operation that has a NextToken', () => {
    const paged = Object.keys(operations).filter((name) =>
      Object.hasOwn((serviceModel.shapes[`${name}Request`]?.members ?? {}) as object, 'NextToken'),
    );
    expect(Object.keys(paginators.pagination).sort()).toEqual(paged.sort());
    for (const [name, { result_key }] of Object.entries(paginators.pagination))
      expect(serviceModel.shapes[`${name}Response`]?.members).toHaveProperty(result_key);
  });

  it('refers only to its own shapes', () => {
    const text = JSON.stringify(serviceModel);
    const named = [...text.matchAll(/"shape":"(\w+)"/g)].map(([, name]) => name ?? '');
    expect(named.filter((name) => !Object.hasOwn(serviceModel.shapes, name))).toEqual([]);
  });

  it('has the members that each operation reads in a body or a query', () => {
    const inRequests = Object.entries<OperationRoute>(operations).map(
      ([name, { members = [] }]) => [name, members],
    );
    const inModel = Object.keys(operations).map((name) => {
      const { members } = serviceModel.shapes[`${name}Request`] as unknown as RequestShape;
      const read = Object.entries(members).filter(([, { location }]) => location !== 'uri');
      return [name, read.map(([member, { locationName }]) => locationName ?? member)];
    });
    const sorted = (entries: unknown) =>
      Object.entries(Object.fromEntries(entries as [string, string[]][])).map(([name, members]) => [
        name,
        [...members].sort(),
      ]);
    // CreateConnector reads no member, because connectors are declared in code.
    expect(sorted(inRequests.filter(([name]) => name !== 'CreateConnector'))).toEqual(
      sorted(inModel.filter(([name]) => name !== 'CreateConnector')),
    );
  });

  it('has AWS’s operations at their paths, and one of ours', () => {
    const ours = Object.entries(serviceModel.operations).map(([name, { http }]) => [name, http]);
    const theirs = Object.entries(awsModel.operations).map(([name, { http }]) => [name, http]);
    const { ListEnrolments, ...common } = Object.fromEntries(ours);
    expect(common).toEqual(Object.fromEntries(theirs));
    expect(ListEnrolments).toEqual({ method: 'GET', requestUri: '/enrolments', responseCode: 200 });
  });

  it('has every member of a challenge and its limits that the API returns', () => {
    const challenge = toChallengeShape({
      challengeArn: 'arn',
      challengeId: 'one',
      connectorArn: 'arn',
      connectorId: 'test',
      createdAtSeconds: 1,
      updatedAtSeconds: 1,
      name: 'one',
      expiresAtSeconds: 1,
      maxUses: 1,
      usesLeft: 1,
      constraints: { subject: {}, alternativeNames: {}, validityDays: 1 },
    });
    const membersOf = (name: 'ChallengeMetadata' | 'Constraints') =>
      Object.keys((serviceModel.shapes[name] as { readonly members: object }).members).sort();
    expect(membersOf('ChallengeMetadata')).toEqual(Object.keys(challenge).sort());
    expect(membersOf('Constraints')).toEqual(Object.keys(challenge.Constraints as object).sort());
  });

  it('has every member of AWS’s requests that a challenge can have', () => {
    const membersIn = (shapes: object, name: string) =>
      Object.keys((shapes as Record<string, { members?: object }>)[name]?.members ?? {});
    for (const name of Object.keys(awsModel?.shapes ?? {}).filter((each) =>
      /Challenge.*Re(quest|sponse)$|Tag.*Re(quest|sponse)$/.test(each),
    ))
      expect(membersIn(serviceModel.shapes, name)).toEqual(
        expect.arrayContaining(membersIn(awsModel?.shapes ?? {}, name)),
      );
  });
});
