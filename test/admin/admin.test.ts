import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { answerAdmin } from '../../lambda/admin/answer.ts';
import { challengeKeyOf, openPassword } from '../../lambda/policy/challenge.ts';
import { connectorKeysOf } from '../../lambda/policy/connector-key.ts';
import { memoryChallenges } from '../fakes/memory-challenges.ts';

const connectorArn = 'arn:aws:pca-connector-scep:eu-west-1:111122223333:connector/test';
const keys = connectorKeysOf('test', 'a connector key secret of enough characters');
const now = 1_800_000_000;

function admin() {
  const challenges = memoryChallenges();
  const lines: unknown[] = [];
  const send = async (body: unknown, routeKey = 'POST /challenges') => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await answerAdmin(
      { routeKey, body: text, isBase64Encoded: false },
      {
        connectors: [
          { connectorId: 'test', connectorKeySecret: '', certificateAuthorityArn: '', scepUrl: '' },
        ],
        keysOf: async () => keys,
        challenges,
        nowSeconds: now,
        random: (octets) => randomBytes(octets),
        makeId: () => 'one',
        log: (fields) => lines.push(fields),
      },
    );
    return { status: response.statusCode, body: JSON.parse(response.body ?? '{}') };
  };
  return { challenges, lines, send };
}

describe('CreateChallenge', () => {
  it('makes a challenge of 160 bits in letters that a PrintableString has', async () => {
    const { send } = admin();
    const { status, body } = await send({ ConnectorArn: connectorArn });
    expect(status).toBe(202);
    expect(body.Challenge.Password).toMatch(/^[A-Z2-7]{32}$/);
    expect(body.Challenge.Arn).toBe(`${connectorArn}/challenge/one`);
  });

  it('keeps no password that can be read without the connector’s key', async () => {
    const { send, challenges } = admin();
    const { Password } = (await send({ ConnectorArn: connectorArn, MaxUses: 1 })).body.Challenge;
    const id = challengeKeyOf('test', Password, keys);
    const kept = await challenges.find(id);
    expect(Buffer.from(JSON.stringify(kept)).includes(Password)).toBe(false);
    expect(openPassword(id, kept?.sealedPassword ?? new Uint8Array(), keys)).toBe(Password);
  });

  it('logs the act and never the password', async () => {
    const { send, lines } = admin();
    const { body } = await send({ ConnectorArn: connectorArn });
    expect(lines).toEqual([
      { operation: 'CreateChallenge', connectorId: 'test', challenge: body.Challenge.Arn },
    ]);
  });

  it.each([
    ['no connector', {}, 400, 'ValidationException'],
    ['a malformed ARN', { ConnectorArn: 'test' }, 400, 'ValidationException'],
    [
      'an unknown connector',
      { ConnectorArn: `${connectorArn}2` },
      404,
      'ResourceNotFoundException',
    ],
    [
      'an end in the past',
      { ConnectorArn: connectorArn, ExpiresAt: now },
      400,
      'ValidationException',
    ],
    [
      'an end that is no number',
      { ConnectorArn: connectorArn, ExpiresAt: '2030' },
      400,
      'ValidationException',
    ],
    ['no uses', { ConnectorArn: connectorArn, MaxUses: 0 }, 400, 'ValidationException'],
    ['half a use', { ConnectorArn: connectorArn, MaxUses: 1.5 }, 400, 'ValidationException'],
    ['too many uses', { ConnectorArn: connectorArn, MaxUses: 1001 }, 400, 'ValidationException'],
    [
      'an over-long name',
      { ConnectorArn: connectorArn, Name: 'x'.repeat(65) },
      400,
      'ValidationException',
    ],
    [
      'a name of control characters',
      { ConnectorArn: connectorArn, Name: 'a\u0007' },
      400,
      'ValidationException',
    ],
    ['a list', [], 400, 'ValidationException'],
    ['no JSON', 'ConnectorArn=test', 400, 'ValidationException'],
  ])('refuses %s', async (_, request, status, name) => {
    const { send, lines } = admin();
    expect((await send(request)).status).toBe(status);
    expect(lines).toEqual([{ outcome: 'refused', code: name }]);
  });

  it('refuses another operation', async () => {
    expect((await admin().send({}, 'DELETE /challenges')).status).toBe(400);
  });

  const model = '../shared/models/pca-connector-scep.service-2.json';
  it.skipIf(!existsSync(model))('answers with every member that AWS’s model has', async () => {
    const { shapes } = JSON.parse(readFileSync(model, 'utf8'));
    const { body } = await admin().send({ ConnectorArn: connectorArn });
    for (const member of Object.keys(shapes.Challenge.members))
      expect(body.Challenge).toHaveProperty(member);
    expect(body.Challenge.Password.length).toBeGreaterThan(0);
  });
});
