/** A connector whose CA costs nothing: every enrolment is settled, as soon as it starts, with a certificate made ahead. */
import type { Connector } from '../../lambda/connector.ts';
import { answerPkiMessage } from '../../lambda/enrolment.ts';
import { testConnector } from '../../test/fakes/test-connector.ts';
import { rsaKey } from '../../test/kit/keys.ts';
import { cn, name } from '../../test/kit/names.ts';
import { issuedBy } from '../../test/kit/test-ra.ts';

/** Answers one request; refuses, by throwing, to go on with anything but SUCCESS. */
type Enrol = (message: Uint8Array) => Promise<void>;

/** A connector in memory, a challenge of it for any number of devices, and its one operation. */
export async function instantConnector() {
  const { ra, connector, challenge } = testConnector({ held: true });
  const certificate = issuedBy(ra, { subject: name(cn('device')), spki: rsaKey().spki });
  const { ledger, clock } = connector;
  const issued = {
    status: 'issued',
    certificateArn:
      'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/bench/certificate/1',
    certificate,
    notBeforeSeconds: clock.nowSeconds(),
    notAfterSeconds: clock.nowSeconds() + 7 * 86_400,
  } as const;
  const instant: Connector = {
    ...connector,
    conductor: {
      start: async (generation) => {
        await ledger.settle(generation, issued);
        return 'running';
      },
    },
  };
  const enrol: Enrol = async (message) => {
    const { outcome } = await answerPkiMessage(message, instant);
    if (outcome.status !== 'issued') throw new Error(`not issued: ${JSON.stringify(outcome)}`);
  };
  const [{ privateKey: raKey }] = connector.identities;
  return { ra, raKey, challenge: await challenge({}), enrol };
}
