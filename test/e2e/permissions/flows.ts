/** The flows of all functions of an app. A test can repeat each flow. */
import { setTimeout } from 'node:timers/promises';
import { DescribeSecretCommand, RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { expect, vi } from 'vitest';
import { idempotencyWindowSeconds } from '../../../lambda/issuance/request-certificate.ts';
import { getCaCert } from '../../../lib/scep-client/ca-certificates.ts';
import { flipped } from '../../support/kit/elements.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { cn, name } from '../../support/kit/names.ts';
import { certPoll, type PkcsReqOptions, pkcsReq } from '../../support/kit/pkcs-req.ts';
import { alteredCommonName, refusedCommonName } from '../apps/start-app.ts';
import { enrol, exchange, type Served, serialNumberIn } from '../device.ts';
import type { RunningApp } from '../running-app.ts';
import { storedAttempts } from '../stored-attempts.ts';

/** A flow, and a pattern for the logical ids of its roles. */
export interface Flow {
  readonly name: string;
  readonly roles: RegExp;
  readonly run: () => Promise<void>;
}

const issued = /^[0-9A-F]+$/;
const refused = 'FAILURE badRequest';
const nowSeconds = () => Math.floor(Date.now() / 1000);

/** The flows of an app that declares every part (app.ts). */
export function flowsOf(app: RunningApp): readonly Flow[] {
  const stored = storedAttempts(app);
  let devices = 0;
  const key = rsaKey(2048, 'permissions');

  const servedBy = async (scepUrl: string): Promise<Served> => {
    const { recipient } = await getCaCert({ url: new URL(scepUrl) });
    const post = (message: Uint8Array) =>
      fetch(`${scepUrl}?operation=PKIOperation`, { method: 'POST', body: Buffer.from(message) });
    return { post, ra: { raCertificate: new Uint8Array(recipient.raw) } };
  };
  const newName = (): string => {
    devices += 1;
    return `device ${devices}`;
  };
  const newRequest = async (
    terms: object,
    commonName: string = newName(),
    more: Omit<PkcsReqOptions, 'ra'> = {},
  ) => {
    const served = await servedBy(app.scepUrl);
    const challenge = await app.createChallenge(terms);
    const csr = { challenges: [challenge], subject: name(cn(commonName)) };
    return { served, request: pkcsReq({ ra: served.ra, key, csr, ...more }) };
  };
  const rowWith = (enrolmentId: string, member: string) =>
    vi.waitFor(
      async () => {
        const row = await stored.row(enrolmentId);
        expect(row).toHaveProperty(member);
        return row;
      },
      { timeout: 20_000, interval: 50 },
    );
  const enrolmentIdOf = async ({ transactionId }: { readonly transactionId: string }) => {
    const isOfIt = (line: Readonly<Record<string, unknown>>) =>
      line.transactionId === transactionId && line.enrolmentId !== undefined;
    const [line] = await app.logged('DefaultConnectorScep', isOfIt);
    return String(line?.enrolmentId);
  };
  /**
   * Runs a flow while the queue for the CA is too long for the scep function to start an attempt.
   */
  const inQueue = async <T>(run: () => Promise<T>): Promise<T> => {
    await stored.queueUntil(Date.now() + 600_000);
    try {
      return await run();
    } finally {
      await stored.queueUntil(Date.now());
    }
  };
  const dispatch = async () => {
    await stored.endLease();
    await app.fireSchedule('Dispatcher');
  };
  const tenant = async (path: string, body?: object) => {
    const init = body && { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${app.intune?.controlUrl}${path}`, init);
    return (await response.json()) as Record<string, unknown>;
  };
  const ask = async (method: string, path: string, body?: object) => {
    const headers = { 'content-type': 'application/json' };
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const response = await fetch(`${app.adminUrl}${path}`, init);
    expect([method, path, response.status < 300]).toEqual([method, path, true]);
    const text = await response.text();
    return text === '' ? {} : JSON.parse(text);
  };
  const ConnectorArn = `arn:aws:pca-connector-scep:local:000000000000:connector/${app.connectorId}`;
  /** Every page, the latest enrolment first. */
  const listEnrolments = async () => {
    const listed: unknown[] = [];
    let NextToken: string | undefined;
    do {
      const query = new URLSearchParams({ ConnectorArn, ...(NextToken && { NextToken }) });
      const page = await ask('GET', `/enrolments?${query}`);
      listed.push(...page.Enrolments);
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return listed;
  };
  const enrolUnderIntune = async (commonName: string, expected = commonName) => {
    const served = await servedBy(app.intune?.scepUrl ?? '');
    const { challenge } = await tenant('/challenges', { subject: `CN=${expected}` });
    const csr = { subject: name(cn(commonName)) };
    return await enrol(pkcsReq({ ra: served.ra, key, challenge: String(challenge), csr }), served);
  };

  const devicesOfDefault = /^DefaultConnector(Scep|Issuance)/;
  return [
    {
      name: 'a device enrols with a static challenge, and again',
      roles: devicesOfDefault,
      run: async () => {
        const { served, request } = await newRequest({});
        const first = serialNumberIn(await enrol(request, served));
        expect(first).toMatch(issued);
        expect(serialNumberIn(await exchange(request, served))).toBe(first);
      },
    },
    {
      name: 'a device enrols with a one-time challenge, and again after the revocation of its certificate',
      roles: devicesOfDefault,
      run: async () => {
        const { served, request } = await newRequest({ MaxUses: 2 });
        const first = serialNumberIn(await enrol(request, served));
        const enrolmentId = await enrolmentIdOf(request);
        const row = await stored.row(enrolmentId);
        await stored.putRow({ ...row, revokedAt: { N: String(nowSeconds()) } });
        const second = serialNumberIn(await enrol(request, served));
        expect(second).toMatch(issued);
        expect(second).not.toBe(first);
      },
    },
    {
      name: 'a request is refused and recorded',
      roles: /^DefaultConnectorScep/,
      run: async () => {
        const { served, request } = await newRequest({
          Constraints: { Subject: { CN: ['printer-*'] } },
        });
        expect(serialNumberIn(await enrol(request, served))).toBe(refused);
        const [latest] = await listEnrolments();
        expect(latest).toMatchObject({ Reason: 'ChallengeConstraint' });
      },
    },
    {
      name: 'an envelope cannot be decrypted',
      roles: /^DefaultConnectorScep/,
      run: async () => {
        const alterEncryptedKey = (encrypted: Uint8Array) => flipped(encrypted);
        const { served, request } = await newRequest({}, newName(), {
          recipient: { alterEncryptedKey },
        });
        expect(serialNumberIn(await exchange(request, served))).toBe('FAILURE badRequest');
      },
    },
    {
      name: 'a request is refused before it is opened, and counted',
      roles: /^DefaultConnectorScep/,
      run: async () => {
        const { served, request } = await newRequest({}, newName(), { messageType: '18' });
        expect(serialNumberIn(await exchange(request, served))).toBe('FAILURE badRequest');
        // A function writes a count once a minute, so the count can include earlier runs.
        const refused = { Refused: 'messageType 18 UpdateReq', Count: expect.any(Number) };
        expect(await listEnrolments()).toContainEqual(expect.objectContaining(refused));
      },
    },
    {
      name: 'the CA refuses a request, and the challenge regains its use',
      roles: /^DefaultConnectorIssuance/,
      run: async () => {
        const { served, request } = await newRequest({ MaxUses: 1 }, refusedCommonName);
        expect(serialNumberIn(await enrol(request, served))).toBe(refused);
        expect(serialNumberIn(await enrol(request, served))).toBe(refused);
      },
    },
    {
      name: 'the CA issues another certificate than granted, which is revoked',
      roles: /^DefaultConnector(Issuance|Revocation)/,
      run: async () => {
        const { served, request } = await newRequest({ MaxUses: 1 }, alteredCommonName);
        expect(serialNumberIn(await enrol(request, served))).toBe(refused);
        await rowWith(await enrolmentIdOf(request), 'revokedAt');
      },
    },
    {
      name: 'an answer of the CA is lost, and the dispatcher finds the certificate',
      roles: /^Service(Dispatcher|Finder)|^DefaultConnectorScep/,
      run: async () => {
        const { served, request } = await newRequest({ MaxUses: 1 });
        const first = await inQueue(() => exchange(request, served));
        expect(serialNumberIn(first)).toBe('PENDING');
        const enrolmentId = await enrolmentIdOf(request);
        const granted = await stored.row(enrolmentId);
        const dueNow = () => ({ dueAt: { N: String(nowSeconds()) } });
        await stored.putRow({ ...granted, ...dueNow() });
        await dispatch();
        const { serialHex } = await rowWith(enrolmentId, 'certificateArn');
        await stored.forgetCertificate(String(serialHex?.S));
        await stored.forgetAnswer(enrolmentId, nowSeconds() - idempotencyWindowSeconds - 60);
        await stored.putRow({ ...granted, ...dueNow() });
        await dispatch();
        const lost = await rowWith(enrolmentId, 'lostAt');
        await stored.putRow({ ...lost, ...dueNow() });
        await app.fireSchedule('Finder');
        await dispatch();
        await rowWith(enrolmentId, 'certificateArn');
        const poll = certPoll({ ra: served.ra, request });
        expect(serialNumberIn(await exchange(poll, served))).toMatch(issued);
      },
    },
    {
      name: 'an admin creates, finds, shows, tags, rotates and revokes a challenge',
      roles: /^ServiceAdminApi/,
      run: async () => {
        const { Challenge } = await ask('POST', '/challenges', { ConnectorArn });
        const query = new URLSearchParams({ ConnectorArn });
        await ask('GET', `/challengeMetadata?${query}`);
        await ask('GET', `/enrolments?${query}`);
        await ask('GET', `/challengePasswords/${Challenge.Arn}`);
        await ask('POST', `/tags/${Challenge.Arn}`, { Tags: { room: '12' } });
        await ask('POST', '/challenges', { ConnectorArn, RotateFrom: Challenge.Arn });
        await ask('DELETE', `/challenges/${Challenge.Arn}`);
      },
    },
    {
      name: 'the panel shows the list and creates a challenge',
      roles: /^ServiceDashboard/,
      run: async () => {
        const call = async (asks: object, forms: object = {}) => {
          const response = await fetch(`${app.consoleUrl}/call`, {
            method: 'POST',
            headers: {
              'content-type': 'application/json',
              origin: new URL(String(app.consoleUrl)).origin,
            },
            body: JSON.stringify({ widget: 0, asks, forms, theme: 'light', offsetISO: '+00:00' }),
          });
          return await response.text();
        };
        expect(await call({ view: 'list', connector: 'default' })).toContain('Create challenge');
        const form = { name: 'of the panel', kind: 'static', lifetime: '1 day' };
        const token = crypto.randomUUID();
        const made = await call({ action: 'create', connector: 'default', token }, form);
        expect(made).toContain('class=\\"password\\"');
      },
    },
    {
      name: 'an MDM fetches a challenge from the NDES page',
      roles: /^DefaultConnectorNdesAdmin/,
      run: async () => {
        const { username, password } = JSON.parse(app.secret('NdesSecret') ?? '{}');
        const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
        const page = await fetch(`${app.scepUrl}/mscep_admin`, { headers: { authorization } });
        expect(page.status).toBe(200);
      },
    },
    {
      name: 'a challenge rotates',
      roles: /^DefaultConnectorChallengeRotation/,
      run: async () => {
        await stored.ageChallenge('rotating', 31 * 86_400);
        await app.fireSchedule('ChallengeRotation');
      },
    },
    {
      name: 'a Windows device enrols under Intune, and Intune has its certificate revoked',
      roles: /^IntuneConnector(Scep|Issuance|Revocation)/,
      run: async () => {
        const serialNumber = serialNumberIn(await enrolUnderIntune(newName()));
        expect(serialNumber).toMatch(issued);
        const { notifications } = (await tenant('/notifications')) as {
          notifications: { notification: { caConfiguration: string } }[];
        };
        const { caConfiguration } = notifications.at(-1)?.notification ?? {};
        const requestContext = crypto.randomUUID();
        await tenant('/revocations', { requestContext, serialNumber, caConfiguration });
        await app.fireSchedule('IntuneConnectorRevocation');
        expect(await tenant('/revocation-results')).toHaveProperty(requestContext);
      },
    },
    {
      name: 'a Windows device polls, and another is refused',
      roles: /^IntuneConnectorScep/,
      run: async () => {
        // Its polls start its attempt five seconds after it was granted.
        const [reply] = await Promise.all([
          enrolUnderIntune(newName()),
          inQueue(() => setTimeout(1000)),
        ]);
        expect(serialNumberIn(reply)).toMatch(issued);
        expect(serialNumberIn(await enrolUnderIntune(newName(), 'another'))).toBe(refused);
      },
    },
    {
      name: 'a Windows device is refused another certificate than granted, which is revoked',
      roles: /^IntuneConnector(Scep|Issuance|Revocation)/,
      run: async () => {
        const before = app.log('IntuneConnectorRevocation').length;
        expect(serialNumberIn(await enrolUnderIntune(alteredCommonName))).toBe(refused);
        await vi.waitFor(
          () => {
            const lines = app.log('IntuneConnectorRevocation').slice(before);
            expect(lines.join()).toContain('"withheld":1');
          },
          { timeout: 15_000 },
        );
      },
    },
    ...['Default', 'Intune'].map((connector) => ({
      name: `the RA of the connector ${connector} rotates`,
      roles: new RegExp(`^${connector}ConnectorRa`),
      run: () => rotateRa(app, connector),
    })),
  ];
}

async function rotateRa(
  { secrets, functionEnvironments }: RunningApp,
  connector: string,
): Promise<void> {
  const scep = Object.entries(functionEnvironments).find(([id]) =>
    id.startsWith(`${connector}ConnectorScep`),
  );
  const SecretId = scep?.[1].RA_SECRET;
  const { VersionId = '' } = await vi.waitFor(
    () => secrets.send(new RotateSecretCommand({ SecretId })),
    { timeout: 10_000 },
  );
  await vi.waitFor(
    async () => {
      const { VersionIdsToStages } = await secrets.send(new DescribeSecretCommand({ SecretId }));
      expect(VersionIdsToStages?.[VersionId]).toContain('AWSCURRENT');
    },
    { timeout: 20_000 },
  );
}
