import { describe, expect, it, vi } from 'vitest';
import { task } from '../../lambda/handlers/task.ts';
import { pkcsReq } from '../kit/pkcs-req.ts';
import { get } from './events.ts';
import { service } from './service.ts';

/** The lines that metric filters read (lib/cloud/connector-metrics.ts): their fields are a contract. */
describe('a log line that a metric is made of', () => {
  it('tells what a refused device heard', async () => {
    const { ra, tell, lastLine } = service();
    await tell(pkcsReq({ ra, challenge: 'ZZZZNOT7THE7CHALLENGE' }).message);
    expect(lastLine()).toMatchObject({ outcome: 'refused', failInfo: 'badRequest' });
  });

  it('tells the days that both certificates have left, as numbers', async () => {
    const { ask, lastLine, connector } = service();
    await ask(get('operation=GetCACert'));
    const { raDaysLeft, caDaysLeft } = lastLine();
    const [{ notAfterSeconds, caNotAfterSeconds }] = connector.identities;
    const days = (seconds: number) => Math.floor((seconds - connector.clock.nowSeconds()) / 86_400);
    expect([raDaysLeft, caDaysLeft]).toEqual([days(notAfterSeconds), days(caNotAfterSeconds)]);
  });

  it('tells of a settled issuance how it ended', async () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const handler = task(
      'settle',
      async () => ({ status: 'issued' }),
      ({ status }) => ({ status }),
    );
    await handler({ enrolmentId: 'e', generation: 1 }, {} as never);
    const line = String(write.mock.calls[0]?.[0]);
    write.mockRestore();
    expect(JSON.parse(line)).toMatchObject({ task: 'settle', outcome: 'done', status: 'issued' });
  });
});
