/** How often Intune validates a request, and which requests it never receives. */
import { describe, expect, it } from 'vitest';
import { allowance } from '../../../lambda/policy/client-allowance.ts';
import { memoryLimits, memorySourceLimit } from '../../support/fakes/memory-envelopes.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { pkcsReq } from '../../support/kit/pkcs-req.ts';
import { challenge, tenant, waiting } from './flow.ts';

const validations = (calls: readonly string[]) => calls.filter((call) => call === 'validate');

describe('a request that Intune granted', () => {
  it('is not validated again if its row could not be written', async () => {
    const { ask, tell, request, connector, calls } = tenant();
    const { claim } = connector.enrolments;
    connector.enrolments.claim = async () => {
      throw new Error('down');
    };
    const outage = await tell(request.message);
    connector.enrolments.claim = claim;
    expect([outage.split(' ')[0], await tell(request.message)]).toEqual(['503', 'SUCCESS']);
    expect(validations(calls())).toHaveLength(1);
    expect(ask).toBeDefined();
  });

  it('is validated again for another attempt, after its certificate was revoked', async () => {
    const { tell, request, certificates, tables, calls, time } = tenant();
    await tell(request.message);
    const [serialHex = ''] = [...tables.serials.values()].map((one) => one.certificate.serialHex);
    await certificates.markRevoked(serialHex, time.seconds);
    expect(await tell(request.message)).toBe('SUCCESS');
    expect(validations(calls())).toHaveLength(2);
  });
});

describe('a second key with the same challenge', () => {
  const second = rsaKey(2048, 'second');

  it('is refused once a certificate was issued, without a call to Intune', async () => {
    const { tell, request, ra, calls, ca } = tenant();
    expect(await tell(request.message)).toBe('SUCCESS');
    const other = pkcsReq({ ra, challenge, key: second });
    expect(await tell(other.message)).toBe('FAILURE badRequest ChallengeUsed');
    expect(validations(calls())).toHaveLength(1);
    expect(ca.orders).toHaveLength(1);
  });

  it('is refused even after that certificate was revoked', async () => {
    const { tell, request, ra, certificates, tables, time } = tenant();
    await tell(request.message);
    const [serialHex = ''] = [...tables.serials.values()].map((one) => one.certificate.serialHex);
    await certificates.markRevoked(serialHex, time.seconds);
    const other = pkcsReq({ ra, challenge, key: second });
    expect(await tell(other.message)).toBe('FAILURE badRequest ChallengeUsed');
  });

  it('is granted until a certificate was issued, because Windows creates a key for each try', async () => {
    const { tell, request, ra, calls } = tenant(waiting);
    expect(await tell(request.message)).toBe('PENDING');
    const other = pkcsReq({ ra, challenge, key: second });
    expect(await tell(other.message)).toBe('PENDING');
    expect(validations(calls())).toHaveLength(2);
  });
});

describe('requests that Intune refuses', () => {
  it('are limited per source, and Intune receives no more of them', async () => {
    const nowSeconds = () => 1_800_057_600;
    const limits = memoryLimits({ validations: memorySourceLimit(nowSeconds) });
    const { tell, ra, intune, calls } = tenant({ parts: { limits } });
    const verdicts: string[] = [];
    for (let at = 0; at <= allowance.perClient; at += 1) {
      intune.plan({ refused: 'ChallengeDecodingError' });
      verdicts.push(await tell(pkcsReq({ ra, challenge: `guess ${at}` }).message));
    }
    expect(verdicts.at(-2)).toBe('FAILURE badRequest Intune:ChallengeDecodingError');
    expect(verdicts.at(-1)).toBe('429 TooManyValidations');
    expect(validations(calls())).toHaveLength(allowance.perClient);
  });
});
