/** An update of a deployed stack loses nothing: the kept releases against the checkout. */
import { beforeAll, describe, expect, it } from 'vitest';
import { findLosses, type StatefulResources } from './compare.ts';
import { readReleases, synthesizeCheckout } from './releases.ts';
import type { Resource } from './stateful.ts';

let checkout: StatefulResources;

beforeAll(async () => {
  checkout = await synthesizeCheckout();
});

it.each(readReleases())('an update from %s replaces and removes nothing stateful', (_, release) => {
  expect(findLosses(release, checkout)).toEqual([]);
});

it('the app has every kind of stateful resource', () => {
  const types = new Set(Object.values(checkout).map(({ Type }) => Type));
  expect([...types].sort()).toEqual(
    expect.arrayContaining([
      'AWS::ACMPCA::Certificate',
      'AWS::ACMPCA::CertificateAuthority',
      'AWS::ApiGatewayV2::Api',
      'AWS::DynamoDB::Table',
      'AWS::IAM::Role',
      'AWS::SecretsManager::Secret',
    ]),
  );
});

/** The first resource of a type, as another release would have had it. */
function releaseWith(type: string, alter: (resource: Resource) => Resource): StatefulResources {
  const [logicalId, resource] =
    Object.entries(checkout).find(([, { Type }]) => Type === type) ?? [];
  if (logicalId === undefined || resource === undefined) throw new Error(`no ${type}`);
  return { ...checkout, [logicalId]: alter(resource) };
}

const withProperty =
  (name: string, value: unknown) =>
  (resource: Resource): Resource => ({
    ...resource,
    Properties: { ...resource.Properties, [name]: value },
  });

const table = 'AWS::DynamoDB::Table';
const secret = 'AWS::SecretsManager::Secret';
const authority = 'AWS::ACMPCA::CertificateAuthority';

describe('an update from a release made old', () => {
  it.each<[string, string, (resource: Resource) => Resource, RegExp]>([
    ['a table of another key', table, withProperty('KeySchema', []), /change of KeySchema/],
    ['a table with a name', table, withProperty('TableName', 'fixed'), /change of TableName/],
    [
      'a table whose key was a number',
      table,
      withProperty('AttributeDefinitions', [{ AttributeName: 'id', AttributeType: 'N' }]),
      /another type of id/,
    ],
    ['a secret with a name', secret, withProperty('Name', 'fixed'), /loses its value/],
    [
      'a secret that was generated otherwise',
      secret,
      withProperty('GenerateSecretString', { PasswordLength: 8 }),
      /change of GenerateSecretString/,
    ],
    [
      'a CA of another subject',
      authority,
      withProperty('Subject', { CommonName: 'old' }),
      /loses its key/,
    ],
    [
      'an API of another protocol',
      'AWS::ApiGatewayV2::Api',
      withProperty('ProtocolType', 'WEBSOCKET'),
      /host name/,
    ],
    ['a role for Entra ID with a name', 'AWS::IAM::Role', withProperty('RoleName', 'x'), /Entra/],
    [
      'a CA that was a table',
      authority,
      (resource) => ({ ...resource, Type: table }),
      /becomes AWS::ACMPCA::CertificateAuthority/,
    ],
  ])('with %s is refused', (_, type, alter, reason) => {
    const losses = findLosses(releaseWith(type, alter), checkout);
    expect(losses).toEqual([expect.stringMatching(reason)]);
  });

  it.each([table, secret, authority])('with a %s of another logical id is refused', (Type) => {
    expect(findLosses({ ...checkout, Old123: { Type } }, checkout)).toEqual([
      expect.stringMatching(/^Old123 .* is removed/),
    ]);
  });

  it('with a retained table that is retained no more is refused', () => {
    const retained = Object.entries(checkout).map(([logicalId, { DeletionPolicy, ...rest }]) => [
      logicalId,
      { ...rest, ...(rest.Type !== table && DeletionPolicy && { DeletionPolicy }) },
    ]);
    const next = Object.fromEntries(retained) as StatefulResources;
    const losses = findLosses(checkout, next);
    // All but the one of envelopes, whose items are good for minutes.
    expect(losses).toHaveLength(4);
    expect(losses[0]).toMatch(/no longer retained \(DeletionPolicy\)/);
  });

  it('with fewer tables, indexes and tags is allowed', () => {
    const [[logicalId = ''] = []] = Object.entries(checkout).filter(
      ([, { Type }]) => Type === table,
    );
    const { [logicalId]: _, ...fewer } = checkout;
    expect(findLosses(fewer, checkout)).toEqual([]);
    const bare = releaseWith(table, withProperty('GlobalSecondaryIndexes', []));
    expect(findLosses(bare, checkout)).toEqual([]);
  });
});
