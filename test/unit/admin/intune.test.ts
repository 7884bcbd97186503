import { expect, it } from 'vitest';
import { adminApi, connectorArn } from './api.ts';

it('creates no challenge for an Intune connector, which would not accept it', async () => {
  const { send, events } = adminApi({ type: 'INTUNE' });
  const answer = await send('CreateChallenge', { body: { ConnectorArn: connectorArn } });
  expect(answer).toMatchObject({ status: 400, error: 'BadRequestException' });
  expect(answer.body.Message).toContain('Microsoft Intune makes the challenges');
  expect(events).toEqual([]);
});

it('lists an Intune connector with its type', async () => {
  const { body } = await adminApi({ type: 'INTUNE' }).send('ListConnectors');
  expect(body.Connectors).toMatchObject([{ Type: 'INTUNE' }]);
});
