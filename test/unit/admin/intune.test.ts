import { expect, it } from 'vitest';
import { adminApi, connectorArn } from './api.ts';

it('makes no challenge for an Intune connector, which would let nobody in', async () => {
  const { send, events } = adminApi({ type: 'INTUNE' });
  const answer = await send('CreateChallenge', { body: { ConnectorArn: connectorArn } });
  expect(answer).toMatchObject({ status: 400, error: 'BadRequestException' });
  expect(answer.body.Message).toContain('made by Microsoft Intune');
  expect(events).toEqual([]);
});

it('says of an Intune connector that it is one', async () => {
  const { body } = await adminApi({ type: 'INTUNE' }).send('ListConnectors');
  expect(body.Connectors).toMatchObject([{ Type: 'INTUNE' }]);
});
