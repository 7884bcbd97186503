import { describe, expect, it } from 'vitest';
import { adminApi, connectorArn, who } from './api.ts';

describe('every action on a challenge', () => {
  const performAll = async (api = adminApi()) => {
    const { send, create } = api;
    const one = await create({ ClientToken: 'CANARY-TOKEN', Name: 'a' });
    const { body } = await send('CreateChallenge', {
      body: { ConnectorArn: connectorArn, RotateFrom: one.Arn },
    });
    const two = body.Challenge as { Arn: string; Password: string };
    await send('GetChallengePassword', { label: two.Arn });
    await send('DeleteChallenge', { label: two.Arn });
    return { ...api, one, two };
  };

  it('publishes an event with the caller and the challenge', async () => {
    const { events, one, two } = await performAll();
    const about = (detailType: string, arn: string, more: object = {}) => ({
      detailType,
      resources: [connectorArn, arn],
      detail: { connectorId: 'test', challengeArn: arn, principal: who, ...more },
    });
    expect(events).toEqual([
      about('Challenge Created', one.Arn),
      about('Challenge Rotated', two.Arn, { replacedChallengeArn: one.Arn }),
      about('Challenge Password Read', two.Arn),
      about('Challenge Revoked', two.Arn),
    ]);
  });

  it('writes a log line', async () => {
    const { lines } = await performAll();
    const actions = lines.filter((line) => Object.hasOwn(line as object, 'audit'));
    expect(actions).toMatchObject([
      { audit: 'Challenge Created', principal: who },
      { audit: 'Challenge Rotated', principal: who },
      { audit: 'Challenge Password Read', principal: who },
      { audit: 'Challenge Revoked', principal: who },
    ]);
  });

  it('writes no password and no token to the log or an event', async () => {
    const { lines, events, one, two } = await performAll();
    const records = JSON.stringify([lines, events]);
    for (const canary of [one.Password, two.Password, 'CANARY-TOKEN'])
      expect(records).not.toContain(canary);
  });

  it('succeeds even if its event is lost, and logs the loss', async () => {
    const secret = 'CANARY in a message';
    const { two, lines } = await performAll(
      adminApi({
        publish: async () => {
          throw Object.assign(new Error(secret), { name: 'BusDown' });
        },
      }),
    );
    expect(two.Password).toMatch(/^[A-Z2-7]{32}$/);
    expect(lines).toContainEqual({ audit: 'lost', what: 'event', code: 'BusDown' });
    expect(JSON.stringify(lines)).not.toContain(secret);
  });

  it('waits at most two seconds for its event', async () => {
    const began = performance.now();
    const { create, lines } = adminApi({ publish: () => new Promise(() => {}) });
    await create();
    expect(performance.now() - began).toBeLessThan(3500);
    expect(lines).toContainEqual({ audit: 'lost', what: 'event', code: 'TooLate' });
  });
});

describe('an outage', () => {
  it('is an internal error for the caller, and only the log has its name', async () => {
    const { send, lines } = adminApi({
      challenges: (inner) => ({
        ...inner,
        create: async () => {
          throw Object.assign(new Error('CANARY'), { name: 'TableDown' });
        },
      }),
    });
    const answer = await send('CreateChallenge', { body: { ConnectorArn: connectorArn } });
    expect(answer).toMatchObject({ status: 500, error: 'InternalServerException' });
    expect(lines).toEqual([{ operation: 'CreateChallenge', outcome: 'outage', code: 'TableDown' }]);
    expect(JSON.stringify([answer, lines])).not.toContain('CANARY');
  });
});
