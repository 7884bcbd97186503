/**
 * A CA that takes a different time for each certificate, measured from its answer to
 * IssueCertificate.
 */
import { AwsError } from '../../lib/local/emulators/aws-service.ts';
import type { AroundCall } from '../../lib/local/emulators/signed-call.ts';

/** The hook, and the delay of the last certificate. */
export interface SlowCa {
  readonly around: (inner: AroundCall) => AroundCall;
  readonly lastDelayMilliseconds: () => number;
}

/**
 * Creates a CA whose certificates take between `from` and `to` milliseconds, evenly distributed.
 */
export function createSlowCa(from: number, to: number): SlowCa {
  const availableAt = new Map<unknown, number>();
  let last = 0;
  return {
    lastDelayMilliseconds: () => last,
    around: (inner) => async (call, run) => {
      const { operation, input } = call;
      if (operation === 'GetCertificate')
        return await inner(call, async () => {
          const at = availableAt.get(input.CertificateArn) ?? 0;
          if (performance.now() < at)
            throw new AwsError('RequestInProgressException', 'Your request is in progress.');
          return await run();
        });
      const answer = await inner(call, run);
      if (operation === 'IssueCertificate') {
        last = from + Math.random() * (to - from);
        const { CertificateArn } = answer as { readonly CertificateArn: string };
        availableAt.set(CertificateArn, performance.now() + last);
      }
      return answer;
    },
  };
}
