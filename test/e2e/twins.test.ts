/** A proxy sends one request with a one-time challenge twice at the same time. */
import { beforeAll, expect, it } from 'vitest';
import { rsaKey } from '../support/kit/keys.ts';
import { type BuiltPkcsReq, pkcsReq } from '../support/kit/pkcs-req.ts';
import { enrol, serialNumberIn } from './device.ts';
import { type RunningApp, runningApp } from './running-app.ts';

let app: RunningApp;
let request: BuiltPkcsReq;

beforeAll(async () => {
  app = await runningApp();
  const challenge = await app.createChallenge({ MaxUses: 1 });
  request = pkcsReq({ ra: app.ra, challenge, key: rsaKey(2048, 'twins') });
});

it('returns the same certificate to both copies of a request', async () => {
  const replies = await Promise.all([enrol(request, app), enrol(request, app)]);
  const [one, other] = replies.map(serialNumberIn);
  expect(one).toMatch(/^[0-9A-F]{16,}$/);
  expect(other).toBe(one);
});
