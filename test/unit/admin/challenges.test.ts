import { describe, expect, it } from 'vitest';
import { deriveChallengeKey, openPassword } from '../../../lambda/policy/challenge.ts';
import { adminApi, challengeArn, connectorArn, keysOf, start } from './api.ts';

const unknown = challengeArn('00000000-0000-0000-0000-000000000000');

describe('CreateChallenge', () => {
  it('creates a password of 160 bits in characters of PrintableString', async () => {
    const { send } = adminApi();
    const { status, body } = await send('CreateChallenge', {
      body: { ConnectorArn: connectorArn },
    });
    expect(status).toBe(202);
    expect(body.Challenge).toEqual({
      Arn: expect.stringMatching(`^${connectorArn}/challenge/[0-9a-f-]{36}$`),
      ConnectorArn: connectorArn,
      CreatedAt: start,
      UpdatedAt: start,
      Password: expect.stringMatching(/^[A-Z2-7]{32}$/),
    });
  });

  it('stores no password that can be read without the connector’s key', async () => {
    const { create, store } = adminApi();
    const { Password } = await create({ MaxUses: 1 });
    const id = deriveChallengeKey('test', Password, keysOf('test'));
    const kept = await store.find(id);
    expect(Buffer.from(JSON.stringify(kept)).includes(Password)).toBe(false);
    const sealed = kept?.sealedPassword ?? new Uint8Array();
    expect(openPassword(id, sealed, keysOf('test'))).toBe(Password);
  });

  it('also accepts the connector’s declared id in the ARN', async () => {
    const arn = 'arn:aws:pca-connector-scep:local:000000000000:connector/test';
    const { status } = await adminApi().send('CreateChallenge', { body: { ConnectorArn: arn } });
    expect(status).toBe(202);
  });

  const good = { ConnectorArn: connectorArn };
  it.each<[string, unknown, number, string]>([
    ['no connector', {}, 400, 'ValidationException'],
    ['a malformed ARN', { ConnectorArn: 'test' }, 400, 'ValidationException'],
    [
      'an ARN of 10,000 characters',
      { ConnectorArn: `${connectorArn}${'a'.repeat(10_000)}` },
      400,
      'ValidationException',
    ],
    ['an ARN that is a list', { ConnectorArn: [connectorArn] }, 400, 'ValidationException'],
    ['the ARN of a challenge', { ConnectorArn: unknown }, 400, 'ValidationException'],
    [
      'an unknown connector',
      { ConnectorArn: 'arn:aws:pca-connector-scep:eu-west-1:111122223333:connector/other' },
      404,
      'ResourceNotFoundException',
    ],
    ['an expiry in the past', { ...good, ExpiresAt: start }, 400, 'ValidationException'],
    ['an expiry that is not a number', { ...good, ExpiresAt: '2030' }, 400, 'ValidationException'],
    ['an expiry in a hundred years', { ...good, ExpiresAt: start * 3 }, 400, 'ValidationException'],
    ['no uses', { ...good, MaxUses: 0 }, 400, 'ValidationException'],
    ['half a use', { ...good, MaxUses: 1.5 }, 400, 'ValidationException'],
    ['too many uses', { ...good, MaxUses: 1001 }, 400, 'ValidationException'],
    ['an over-long name', { ...good, Name: 'x'.repeat(65) }, 400, 'ValidationException'],
    ['an empty name', { ...good, Name: '' }, 400, 'ValidationException'],
    ['a name of control characters', { ...good, Name: 'a\u0007' }, 400, 'ValidationException'],
    ['a name that reverses text', { ...good, Name: 'a\u202eb' }, 400, 'ValidationException'],
    ['a name that is an object', { ...good, Name: {} }, 400, 'ValidationException'],
    ['tags that are a list', { ...good, Tags: [] }, 400, 'ValidationException'],
    [
      'a tag with the prefix of AWS',
      { ...good, Tags: { 'aws:x': '1' } },
      400,
      'ValidationException',
    ],
    [
      '51 tags',
      { ...good, Tags: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`k${at}`, ''])) },
      400,
      'ValidationException',
    ],
    ['a token with a space', { ...good, ClientToken: 'a b' }, 400, 'ValidationException'],
    [
      'a token of 65 characters',
      { ...good, ClientToken: 'a'.repeat(65) },
      400,
      'ValidationException',
    ],
    [
      'constraints of an unknown attribute',
      { ...good, Constraints: { Subject: { nonsense: ['*'] } } },
      400,
      'ValidationException',
    ],
    [
      'constraints of an unknown kind',
      { ...good, Constraints: { AlternativeNames: { directory: ['*'] } } },
      400,
      'ValidationException',
    ],
    [
      'constraints that no request can meet',
      { ...good, Constraints: { Subject: { CN: [] } } },
      400,
      'ValidationException',
    ],
    [
      'constraints that are misspelt',
      { ...good, Constraints: { Subjects: { CN: ['a'] } } },
      400,
      'ValidationException',
    ],
    [
      'a limit on the subject that names no attribute',
      { ...good, Constraints: { Subject: {} } },
      400,
      'ValidationException',
    ],
    [
      'a country of three letters',
      { ...good, Constraints: { Subject: { C: ['DEU'] } } },
      400,
      'ValidationException',
    ],
    [
      'a URI that the CA does not accept',
      { ...good, Constraints: { AlternativeNames: { uri: [`urn:${'a'.repeat(250)}`] } } },
      400,
      'ValidationException',
    ],
    ['half a day', { ...good, Constraints: { ValidityDays: 0.5 } }, 400, 'ValidationException'],
    ['days as text', { ...good, Constraints: { ValidityDays: '30' } }, 400, 'ValidationException'],
    ['a member in another case', { ...good, maxUses: 1 }, 400, 'ValidationException'],
    ['constraints that are text', { ...good, Constraints: 'CN=a' }, 400, 'ValidationException'],
    [
      'a pattern that is a number',
      { ...good, Constraints: { Subject: { CN: [1] } } },
      400,
      'ValidationException',
    ],
    [
      'a pattern of 257 characters',
      { ...good, Constraints: { Subject: { CN: ['a'.repeat(257)] } } },
      400,
      'ValidationException',
    ],
    [
      'constraints of 5 KB',
      { ...good, Constraints: { Subject: { CN: Array(20).fill('a'.repeat(256)) } } },
      400,
      'ValidationException',
    ],
    ['a list', [], 400, 'ValidationException'],
    ['text that is not JSON', 'ConnectorArn=test', 400, 'ValidationException'],
    ['a body of 100 KB', { ...good, Filler: 'a'.repeat(100_000) }, 400, 'ValidationException'],
  ])('refuses %s and creates nothing', async (_, body, status, name) => {
    const { send, lines, events, administration } = adminApi();
    const answer = await send('CreateChallenge', { body });
    expect([answer.status, answer.error]).toEqual([status, name]);
    expect(lines).toEqual([{ operation: 'CreateChallenge', outcome: 'refused', code: name }]);
    expect(events).toEqual([]);
    expect((await administration.listChallenges('test', { limit: 10 })).challenges).toEqual([]);
  });

  it('stores the maximum validity of certificates', async () => {
    const { create, send } = adminApi();
    const { Arn } = await create({ Constraints: { ValidityDays: 30 } });
    const { body } = await send('GetChallengeMetadata', { label: Arn });
    expect(body.ChallengeMetadata.Constraints).toEqual({ ValidityDays: 30 });
  });

  it.each([
    ['maxUses', 'MaxUses'],
    ['MAXUSES', 'MaxUses'],
    ['expiresAt', 'ExpiresAt'],
    ['constraints', 'Constraints'],
  ])('refuses the member %s and names %s', async (written, meant) => {
    const { send, administration } = adminApi();
    const { status, body } = await send('CreateChallenge', { body: { ...good, [written]: 1 } });
    expect([status, body.Message]).toEqual([400, expect.stringContaining(meant)]);
    expect((await administration.listChallenges('test', { limit: 10 })).challenges).toEqual([]);
  });

  it('ignores unknown members, as AWS does', async () => {
    const { send } = adminApi();
    const { status } = await send('CreateChallenge', { body: { ...good, Colour: 'red', max: 1 } });
    expect(status).toBe(202);
  });

  it('returns markup as text', async () => {
    const { create, send } = adminApi();
    const text = '<img src=x onerror=alert(1)>&"\'`</script>';
    const { Arn } = await create({
      Name: text,
      Tags: { [text]: text },
      Constraints: { Subject: { CN: [text] } },
    });
    const { body } = await send('GetChallengeMetadata', { label: Arn });
    expect(body.ChallengeMetadata).toMatchObject({
      Name: text,
      Constraints: { Subject: { CN: [text] } },
    });
    expect((await send('ListTagsForResource', { label: Arn })).body.Tags).toEqual({ [text]: text });
  });
});

describe('a challenge', () => {
  it('is described without its password', async () => {
    const { create, send } = adminApi();
    const { Arn, Password } = await create({ Name: 'a', ExpiresAt: start + 60.9, MaxUses: 2 });
    const { body } = await send('GetChallengeMetadata', { label: Arn });
    expect(body.ChallengeMetadata).toMatchObject({
      Name: 'a',
      ExpiresAt: start + 60,
      MaxUses: 2,
      UsesLeft: 2,
    });
    expect(JSON.stringify(body)).not.toContain(Password);
  });

  it('returns its password on request', async () => {
    const { create, send } = adminApi();
    const { Arn, Password } = await create();
    expect((await send('GetChallengePassword', { label: Arn })).body).toEqual({ Password });
  });

  it.each([
    ['as an HTTP API decodes it', (arn: string) => arn],
    ['percent-encoded, as SDKs send it', encodeURIComponent],
    ['with %2f in small letters', (arn: string) => arn.replaceAll('/', '%2f')],
  ])('is found by its ARN %s', async (_, written) => {
    const { create, send } = adminApi();
    const { Arn } = await create();
    const { body } = await send('GetChallengeMetadata', { label: written(Arn) });
    expect(body.ChallengeMetadata.Arn).toBe(Arn);
  });

  it.each([
    ['nothing', '', 400],
    ['text that is not an ARN', 'x', 400],
    ['a bad escape', '%E0%A4', 400],
    ['a NUL', `${unknown}%00`, 400],
    ['a connector', connectorArn, 400],
    ['an ARN with more text after it', `${unknown}/x`, 400],
    ['an ARN of another service', unknown.replace('pca-connector-scep', 's3'), 400],
    ['an unknown challenge', unknown, 404],
    [
      'a challenge of an unknown connector',
      unknown.replace(/connector\/[^/]+/, 'connector/none'),
      404,
    ],
  ])('is not found by %s', async (_, label, status) => {
    const { send } = adminApi();
    for (const operation of [
      'GetChallengeMetadata',
      'GetChallengePassword',
      'DeleteChallenge',
    ] as const)
      expect((await send(operation, { label })).status).toBe(status);
  });

  it('is not found under another connector', async () => {
    const { create, send } = adminApi({ connectorIds: ['test', 'other'] });
    const { Arn } = await create();
    const label = Arn.replace(/connector\/[^/]+/, 'connector/other');
    expect((await send('GetChallengePassword', { label })).status).toBe(404);
  });
});

describe('DeleteChallenge', () => {
  it('revokes a challenge, which is no longer found, listed or readable', async () => {
    const { create, send, stateOf } = adminApi();
    const { Arn, Password } = await create();
    expect((await send('DeleteChallenge', { label: Arn })).status).toBe(202);
    for (const operation of [
      'GetChallengeMetadata',
      'GetChallengePassword',
      'ListTagsForResource',
    ] as const)
      expect((await send(operation, { label: Arn })).status).toBe(404);
    const query = { ConnectorArn: connectorArn };
    expect((await send('ListChallengeMetadata', { query })).body.Challenges).toEqual([]);
    expect(await stateOf(Password)).toBe('revoked');
  });

  it('can be repeated and is recorded once', async () => {
    const { create, send, events } = adminApi();
    const { Arn } = await create();
    await send('DeleteChallenge', { label: Arn });
    expect((await send('DeleteChallenge', { label: Arn })).status).toBe(202);
    expect(events.map(({ detailType }) => detailType)).toEqual([
      'Challenge Created',
      'Challenge Revoked',
    ]);
  });
});
