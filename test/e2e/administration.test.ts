/** The admin API of the synthesized app, with its functions and tables, over HTTP. */
import { beforeAll, describe, expect, it } from 'vitest';
import { cn, name } from '../support/kit/names.ts';
import { pkcsReq } from '../support/kit/pkcs-req.ts';
import { type RunningApp, runningApp } from './running-app.ts';

let app: RunningApp;

beforeAll(async () => {
  app = await runningApp();
});

const connectorArn = 'arn:aws:pca-connector-scep:local:000000000000:connector/default';

const ask = async (method: string, path: string, body?: object) => {
  const headers = { 'content-type': 'application/json' };
  const init = { method, headers, body: body && JSON.stringify(body) };
  const response = await fetch(`${app.adminUrl}${path}`, init);
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
};

const enrol = async (challenge: string, commonName: string): Promise<void> => {
  const csr = { subject: name(cn(commonName)) };
  const response = await app.post(pkcsReq({ ra: app.ra, challenge, csr }).message);
  expect(response.status).toBe(200);
};

describe('the admin API of the running app', () => {
  it('finds a challenge by its ARN, plain and percent-encoded', async () => {
    const { body } = await ask('POST', '/challenges', { ConnectorArn: connectorArn });
    const { Arn, Password } = body.Challenge;
    for (const written of [Arn, encodeURIComponent(Arn)])
      expect((await ask('GET', `/challengePasswords/${written}`)).body).toEqual({ Password });
  });

  it('lists challenges, and the outcomes of requests with a limited challenge', async () => {
    const { body } = await ask('POST', '/challenges', {
      ConnectorArn: connectorArn,
      Name: 'limited',
      Constraints: { Subject: { CN: ['printer-*'] } },
    });
    const { Arn, Password } = body.Challenge;
    await enrol(Password, 'laptop-1');
    await enrol(Password, 'printer-1');
    const query = new URLSearchParams({ ConnectorArn: connectorArn });
    const listed = await ask('GET', `/challengeMetadata?${query}`);
    expect(listed.body.Challenges.map((one: { Arn: string }) => one.Arn)).toContain(Arn);
    const ended = await ask('GET', `/enrolments?${query}`);
    const ofIt = ended.body.Enrolments.filter(
      (one: { ChallengeId?: string }) => one.ChallengeId && Arn.endsWith(one.ChallengeId),
    );
    expect(ofIt).toMatchObject([
      { Outcome: 'ISSUED', Subject: 'CN=printer-1', SerialNumber: expect.any(String) },
      { Outcome: 'REFUSED', Reason: 'ChallengeConstraint', Subject: 'CN=laptop-1' },
    ]);
    expect(app.log('Admin').join('\n')).not.toContain(Password);
  });

  it('rotates a challenge once, and accepts a repeated revocation', async () => {
    const made = await ask('POST', '/challenges', { ConnectorArn: connectorArn });
    const from = { ConnectorArn: connectorArn, RotateFrom: made.body.Challenge.Arn };
    expect((await ask('POST', '/challenges', from)).status).toBe(202);
    expect((await ask('POST', '/challenges', from)).status).toBe(409);
    const path = `/challenges/${made.body.Challenge.Arn}`;
    expect((await ask('DELETE', path)).status).toBe(202);
    expect((await ask('DELETE', path)).status).toBe(202);
  });
});
