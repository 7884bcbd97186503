import { describe, expect, it } from 'vitest';
import { makePassword } from '../../lambda/policy/challenge.ts';
import { csrAttribute } from '../support/kit/csr.ts';
import { stringTypes } from '../support/kit/der.ts';
import { rsaKey } from '../support/kit/keys.ts';
import { oids } from '../support/kit/oids.ts';
import { pkcsReq } from '../support/kit/pkcs-req.ts';
import { exchange } from '../unit/http/exchange.ts';
import { service } from '../unit/http/service.ts';

describe('S: challengePassword', () => {
  it('S-1 allows one certificate', async () => {
    const { ra, challenge, verdict, tell } = await exchange();
    const { message } = pkcsReq({ ra, challenge, key: rsaKey(2048, 'second') });
    expect([verdict, await tell(message)]).toEqual(['SUCCESS', 'FAILURE badRequest ChallengeUsed']);
  });

  it('S-2 is 32 characters of 5 random bits each, all valid in a PrintableString', () => {
    const octets = Uint8Array.from({ length: 256 }, (_, octet) => octet);
    const seen = new Set<string>();
    for (let at = 0; at < 256; at += 32) {
      const password = makePassword((length) => octets.subarray(at, at + length));
      expect(password).toMatch(/^[A-Z2-7]{32}$/);
      for (const character of password) seen.add(character);
    }
    expect(seen.size).toBe(32);
  });

  it('S-3 is logged with a code of its own if it is reused', async () => {
    const { ra, challenge, tell, lastLine } = await exchange();
    await tell(pkcsReq({ ra, challenge, key: rsaKey(2048, 'second') }).message);
    expect(lastLine()).toMatchObject({ outcome: 'refused', code: 'ChallengeUsed' });
  });

  it('S-4 is refused from its expiry on', async () => {
    const expiresAtSeconds = Math.floor(Date.now() / 1000) + 600;
    const { ra, tell, challenge, time, ca } = service();
    const password = await challenge({ expiresAtSeconds });
    time.seconds = expiresAtSeconds - 1;
    expect(await tell(pkcsReq({ ra, challenge: password }).message)).toBe('SUCCESS');
    time.seconds = expiresAtSeconds;
    const late = pkcsReq({ ra, challenge: password, key: rsaKey(2048, 'second') });
    expect(await tell(late.message)).toBe('FAILURE badRequest ChallengeExpired');
    expect(ca.orders).toHaveLength(1);
  });

  it('S-5 is never stored in plain text', async () => {
    const { ra, tell, challenge, tables } = service();
    const password = await challenge();
    expect(await tell(pkcsReq({ ra, challenge: password }).message)).toBe('SUCCESS');
    const records = [...tables.challenges.values()];
    const everything = Object.values(tables).flatMap((table) =>
      table instanceof Map ? [...table] : [table],
    );
    const stored = JSON.stringify(everything, (_, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    );
    expect(records).toHaveLength(1);
    expect(stored).not.toContain(password);
    expect(records[0]?.id).toMatch(/^test#[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it('S-6 is in no log line and in no input of the state machine', async () => {
    const { challenge, request, lines, started } = await exchange();
    const written = JSON.stringify([lines, started]);
    expect(written).not.toContain(challenge);
    expect(written).not.toContain(Buffer.from(request.csr).toString('base64').slice(40, 80));
  });

  it.each(['printable', 'utf8', 't61', 'bmp'] as const)(
    'S-7 is read from a string of the type %s',
    async (as) => {
      const { ra, tell, challenge } = service();
      const value = await challenge();
      const { message } = pkcsReq({ ra, csr: { challenges: [{ value, as }] } });
      expect(await tell(message)).toBe('SUCCESS');
    },
  );

  it('S-7 is refused if there is a second one, in one attribute or in two', async () => {
    const { ra, tell, challenge, ca } = service();
    const value = await challenge({ maxUses: 9 });
    const one = stringTypes.printable(value);
    const repeated = [
      { challenges: [value, value] },
      { challenges: [value, 'ANOTHER'] },
      { challenges: [], attributes: [csrAttribute(oids.challengePassword, one, one)] },
    ];
    for (const csr of repeated)
      expect(await tell(pkcsReq({ ra, csr }).message)).toBe('FAILURE badRequest ChallengeMissing');
    expect(ca.orders).toHaveLength(0);
  });
});
