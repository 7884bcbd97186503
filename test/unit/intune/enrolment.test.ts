/**
 * Intune in the whole flow: the device's request and its reply, the log line, the row, and Intune's
 * record of its calls.
 */
import { describe, expect, it } from 'vitest';
import { knownIntuneCodes } from '../../../lambda/intune/codes.ts';
import { certPoll, pkcsReq } from '../../support/kit/pkcs-req.ts';
import { challenge, reportedReasons, tenant, waiting } from './flow.ts';

const refusedTimestamp = 'FAILURE badRequest Intune:ChallengeInvalidTimestamp';
const code = (word: string) => [word, `Intune:${word}`] as const;

describe('an Intune device', () => {
  it('receives its certificate once Intune has granted it and was notified', async () => {
    const { tell, request, calls, intune, ca, lastLine } = tenant();
    expect(await tell(request.message)).toBe('SUCCESS');
    expect(calls()).toEqual(['validate', 'notifySuccess']);
    expect(intune.certificates).toHaveLength(1);
    expect(ca.orders).toHaveLength(1);
    expect(lastLine()).toMatchObject({ outcome: 'issued', transactionId: request.transactionId });
  });

  it('is identified to Intune by its own transactionID in every call', async () => {
    const { tell, request, intune } = tenant({}, { transactionId: '251E592A' });
    await tell(request.message);
    expect(intune.calls.map(({ transactionId }) => transactionId)).toEqual([
      '251E592A',
      '251E592A',
    ]);
  });

  it('receives the same certificate again, without another call to Intune', async () => {
    const { tell, request, calls, ca } = tenant();
    await tell(request.message);
    expect(await tell(request.message)).toBe('SUCCESS');
    expect(calls()).toHaveLength(2);
    expect(ca.orders).toHaveLength(1);
  });

  it('leaves no part of its challenge in log, tables, history or events', async () => {
    const { tell, request, lines, tables, audited } = tenant();
    await tell(request.message);
    const stored = JSON.stringify(
      [...tables.rows, ...tables.progress, ...tables.serials, ...tables.transactions],
      (_, value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value),
    );
    expect(tables.rows.size).toBe(1);
    expect(stored).not.toContain(challenge.slice(0, 40));
    const { events, history } = audited;
    const kept = lines.join() + JSON.stringify([events, history.entries(), audited.lines]);
    expect(events).toHaveLength(1);
    expect(kept).not.toContain(challenge.slice(0, 40));
  });

  it('is refused for a violation of the profile before a call to Intune', async () => {
    const { tell, request, calls } = tenant({ profile: { subject: { CN: ['*.example.com'] } } });
    expect(await tell(request.message)).toBe('FAILURE badRequest SubjectRefused');
    expect(calls()).toEqual([]);
  });

  it('is refused without a challenge and without a call to Intune', async () => {
    const { tell, ra, calls } = tenant();
    const without = pkcsReq({ ra, csr: { challenges: [] } });
    expect(await tell(without.message)).toBe('FAILURE badRequest ChallengeMissing');
    expect(calls()).toEqual([]);
  });
});

describe('a request that Intune refuses', () => {
  const words = [...knownIntuneCodes, 'NeverSeenBefore'];

  it.each(words.map(code))(
    'with %s is a signed failure, and nothing is issued',
    async (word, refusal) => {
      const { tell, request, intune, ca, calls, lastLine, started, audited } = tenant();
      intune.plan({ refused: word });
      expect(await tell(request.message)).toBe(`FAILURE badRequest ${refusal}`);
      expect(lastLine()).toMatchObject({ outcome: 'refused', code: refusal });
      expect(reportedReasons(audited)).toEqual([[refusal], [refusal]]);
      expect(started).toEqual([]);
      expect(ca.orders).toEqual([]);
      // Intune is not notified of its own refusal.
      expect(calls()).toEqual(['validate']);
    },
  );

  it.each(words.map(code))(
    'with %s after it was issued has its certificate revoked and not handed out',
    async (word, refusal) => {
      const { tell, request, intune, ca, ra, rows, lastLine, ...held } = tenant(waiting);
      await tell(request.message);
      intune.plan({ refused: word });
      for (const input of held.started) await held.conduct(input);
      expect(await tell(certPoll({ ra, request }).message)).toBe(`FAILURE badRequest ${refusal}`);
      expect(lastLine()).toMatchObject({ outcome: 'refused', code: refusal });
      await held.revoke();
      expect(ca.revoked).toHaveLength(1);
      expect(reportedReasons(held.audited)).toEqual([[refusal, refusal], [refusal]]);
      expect(rows()[0]?.state).toEqual({
        status: 'refused',
        code: refusal,
        serialHex: ca.revoked[0],
        revokedAtSeconds: expect.any(Number),
      });
    },
  );

  it('stays refused for an hour, and is validated again after that', async () => {
    const { tell, request, intune, ca, time } = tenant();
    intune.plan({ refused: 'ChallengeInvalidTimestamp' });
    const first = await tell(request.message);
    time.seconds += 3599;
    const second = await tell(request.message);
    expect([first, second]).toEqual([refusedTimestamp, refusedTimestamp]);
    expect(intune.calls).toHaveLength(1);
    time.seconds += 61;
    expect(await tell(request.message)).toBe('SUCCESS');
    expect(ca.orders).toHaveLength(1);
  });
});
