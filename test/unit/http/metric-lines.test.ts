import { describe, expect, it } from 'vitest';
import { pkcsReq } from '../../support/kit/pkcs-req.ts';
import { get } from './events.ts';
import { service } from './service.ts';

/**
 * The lines that metric filters read (lib/cloud/connector-metrics.ts): their fields are a contract.
 */
describe('a log line that a metric filter reads', () => {
  it('has the failInfo that a refused device receives', async () => {
    const { ra, tell, lastLine } = service();
    await tell(pkcsReq({ ra, challenge: 'ZZZZNOT7THE7CHALLENGE' }).message);
    expect(lastLine()).toMatchObject({ outcome: 'refused', failInfo: 'badRequest' });
  });

  it('has the days that both certificates have left, as numbers', async () => {
    const { ask, lastLine, connector } = service();
    await ask(get('operation=GetCACert'));
    const { raDaysLeft, caDaysLeft } = lastLine();
    const [{ notAfterSeconds, caNotAfterSeconds }] = connector.identities;
    const days = (seconds: number) => Math.floor((seconds - connector.clock.nowSeconds()) / 86_400);
    expect([raDaysLeft, caDaysLeft]).toEqual([days(notAfterSeconds), days(caNotAfterSeconds)]);
  });

  it('has the outcome of an issuance, once', async () => {
    const { ra, challenge, tell, audited } = service();
    const { message } = pkcsReq({ ra, challenge: await challenge() });
    await tell(message);
    await tell(message);
    const settled = audited.lines.filter((line) => 'status' in line);
    expect(settled).toEqual([{ outcome: 'settled', status: 'issued' }]);
  });
});
