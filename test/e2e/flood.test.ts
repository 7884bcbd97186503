/**
 * A flood of envelopes that cannot be decrypted, against the running app. The counters are in
 * DynamoDB, and the client address comes from the socket.
 */
import { type RequestOptions, request } from 'node:http';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { allowance } from '../../lambda/policy/client-allowance.ts';
import { flipped } from '../support/kit/elements.ts';
import { rsaKey } from '../support/kit/keys.ts';
import { cn, name } from '../support/kit/names.ts';
import { pkcsReq } from '../support/kit/pkcs-req.ts';
import { type RunningApp, runningApp } from './running-app.ts';

let app: RunningApp;

beforeAll(async () => {
  // Other tests use the same address, which their app would then refuse.
  app = await runningApp({ name: 'flood' });
});

/** POSTs a message from one of this machine's own addresses. */
const postFrom = (localAddress: string, message: Uint8Array) =>
  new Promise<{ readonly status: number; readonly retryAfter: string | undefined }>(
    (resolve, reject) => {
      const options: RequestOptions = { method: 'POST', localAddress };
      const sent = request(`${app.scepUrl}?operation=PKIOperation`, options, (response) => {
        const { statusCode: status = 0, headers } = response;
        response.resume();
        response.on('end', () => resolve({ status, retryAfter: headers['retry-after'] }));
      });
      sent.on('error', reject);
      sent.end(message);
    },
  );

async function good(device: string): Promise<Uint8Array> {
  const challenge = await app.createChallenge({ MaxUses: 1 });
  const csr = { challenges: [challenge], subject: name(cn(device)) };
  return pkcsReq({ ra: app.ra, key: rsaKey(2048, device), csr }).message;
}

const codes = (): unknown[] =>
  app.log('ScepFunction').map((line) => (JSON.parse(line) as { code?: unknown }).code);

describe('a flood against the running app', () => {
  it('gets 429 after the limit of its address, even for good requests', async () => {
    const recipient = { alterEncryptedKey: (encrypted: Uint8Array) => flipped(encrypted) };
    // The app remembers refused messages, so each message is a new one.
    const bad = () => pkcsReq({ ra: app.ra, recipient }).message;
    for (let sent = 0; sent < allowance.perClient; sent += 1)
      expect((await postFrom('127.0.0.1', bad())).status).toBe(200);
    const next = [
      await postFrom('127.0.0.1', bad()),
      await postFrom('127.0.0.1', await good('one')),
    ];
    expect(next).toEqual([
      { status: 429, retryAfter: '300' },
      { status: 429, retryAfter: '300' },
    ]);
  });

  // Only Linux has a second loopback address by default.
  it.skipIf(process.platform !== 'linux')(
    'does not affect a device at another address',
    async () => {
      expect((await postFrom('127.0.0.2', await good('two'))).status).toBe(200);
      // A log line can arrive after the answer.
      await vi.waitFor(() => {
        expect(codes().slice(-3)).toEqual(['TooManyEnvelopes', 'TooManyEnvelopes', undefined]);
      });
      expect(codes().filter((code) => code === 'EnvelopeRefused')).toHaveLength(
        allowance.perClient,
      );
    },
  );

  it('leaves no address in the log lines of the function', () => {
    expect(app.log('ScepFunction').join('\n')).not.toMatch(/127\.0\.0\.[12]/);
  });
});
