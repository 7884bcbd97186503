/** A certificate was made and nobody recorded it: the app as it is deployed finds it. */
import { DynamoDBClient, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { environment } from '../../lambda/environment.ts';
import { rsaKey } from '../kit/keys.ts';
import { type BuiltPkcsReq, pkcsReq } from '../kit/pkcs-req.ts';
import { readReply } from '../kit/reply.ts';
import { runningApp } from './running-app.ts';

let app: Awaited<ReturnType<typeof runningApp>>;
let dynamo: DynamoDBClient;

beforeAll(async () => {
  app = await runningApp();
  dynamo = new DynamoDBClient({
    endpoint: app.endpoints.AWS_ENDPOINT_URL_DYNAMODB,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});
afterAll(() => app.stop());

const ask = async (request: BuiltPkcsReq) => {
  const response = await app.post(request.message);
  return readReply(new Uint8Array(await response.arrayBuffer()), request, app.ra);
};

/** Sets the one enrolment back to when the CA had been asked, five minutes ago, and its answer was lost. */
async function forgetTheAnswer(): Promise<void> {
  const TableName = app.told(environment.enrolmentsTable);
  const { Items = [] } = await dynamo.send(new ScanCommand({ TableName }));
  const entry = Items.find(({ id }) => id?.S?.includes('#enrolment#'));
  await dynamo.send(
    new UpdateItemCommand({
      TableName,
      Key: { id: entry?.id ?? { S: '' } },
      UpdateExpression:
        'SET #status = :granted, askedAt = :asked, asks = :two, unsettledOf = :of, lookAt = :now ' +
        'REMOVE certificateArn, certificate, notBefore, notAfter, #ttl',
      ExpressionAttributeNames: { '#status': 'status', '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ':granted': { S: 'granted' },
        ':asked': { N: String(Math.floor(Date.now() / 1000) - 5 * 60) },
        ':two': { N: '2' },
        ':of': { S: app.connectorId },
        ':now': { N: '0' },
      },
    }),
  );
}

it('adopts the certificate of an answer that was lost, and gives it to the device', async () => {
  const challenge = await app.createChallenge({ MaxUses: 1 });
  const request = pkcsReq({ ra: app.ra, challenge, key: rsaKey(2048, 'lost') });
  const first = await ask(request);
  expect(first.status).toBe('SUCCESS');
  await forgetTheAnswer();
  await app.fireSchedule('Reconciliation');
  const again = await vi.waitFor(
    async () => {
      const reply = await ask(request);
      expect(reply.status).toBe('SUCCESS');
      return reply;
    },
    { timeout: 25_000 },
  );
  const serials = [first, again].map((r) => r.status === 'SUCCESS' && r.certificate.serialNumber);
  expect(new Set(serials).size).toBe(1);
  const tasks = app.log('FindFunction').map((line) => JSON.parse(line));
  expect(tasks).toMatchObject([{ event: 'issuance', task: 'find', outcome: 'done' }]);
});
