/** A connector in memory, and a device that has the password of one challenge. */
import { answerPkiMessage } from '../../../lambda/scep/answer-pki-message.ts';
import type { ScepContext } from '../../../lambda/scep/context.ts';
import { type TestConnectorOptions, testConnector } from '../../support/fakes/test-connector.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { certPoll, pkcsReq } from '../../support/kit/pkcs-req.ts';

/** Creates both. The challenge is a one-time challenge unless `terms` differ. */
export async function createDevice(options: TestConnectorOptions = {}, terms = { maxUses: 1 }) {
  const created = testConnector(options);
  const { connector, tables, ra } = created;
  const password = await created.challenge(terms);
  const request = pkcsReq({ ra, challenge: password });
  const sendWith = (changes: Partial<ScepContext>, message = request.message) =>
    answerPkiMessage(message, { ...connector, ...changes });
  const outcome = async (message = request.message) => (await created.send(message)).outcome;
  const rows = () => [...tables.rows.values()].map(({ row }) => row);
  return {
    ...created,
    password,
    request,
    sendWith,
    outcome,
    rows,
    /** A request with the same password and another key. */
    withNewKey: (label: string) => pkcsReq({ ra, challenge: password, key: rsaKey(2048, label) }),
    poll: () => certPoll({ ra, request }).message,
    /** The enrolment store with some methods replaced. */
    replacing: (changes: Partial<ScepContext['enrolments']>) => ({
      enrolments: { ...connector.enrolments, ...changes },
    }),
    usesLeft: () => [...tables.challenges.values()][0]?.usesLeft,
    /** Changes the stored challenge. */
    changeChallenge: (change: { usesLeft?: number; revokedAtSeconds?: number }) => {
      for (const [id, challenge] of tables.challenges)
        tables.challenges.set(id, { ...challenge, ...change });
    },
    /** The time that a call takes on the connector's clock, in milliseconds. */
    timed: async (call: () => Promise<unknown>) => {
      const began = connector.clock.nowMilliseconds();
      await call();
      return connector.clock.nowMilliseconds() - began;
    },
  };
}
